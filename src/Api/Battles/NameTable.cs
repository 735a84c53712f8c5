using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PrefEval.Api.Battles;

/// <summary>Names as UTF-8 bytes, each with a number from 0. A known name costs no allocation, however often it comes.</summary>
internal sealed class NameTable
{
    private byte[] _bytes = new byte[4096];
    private int[] _ends = new int[64];
    private ulong[] _hashes = new ulong[64];
    private int[] _slots = new int[128]; // a name's number + 1; 0 is free

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan(Start(number).._ends[number]);

    public ulong HashOf(int number) => _hashes[number];

    public int Intern(ReadOnlySpan<byte> name) => Intern(name, Hash(name));

    // A file is over before code that is called so often would be compiled well otherwise.
    /// <param name="hash">As <see cref="HashOf"/> answered it for the same name in another table.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Intern(ReadOnlySpan<byte> name, ulong hash)
    {
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        for (; _slots[slot] is var taken && taken != 0; slot = (slot + 1) & mask)
            if (_hashes[taken - 1] == hash && this[taken - 1].SequenceEqual(name)) return taken - 1;

        var number = Count++;
        if (number == _ends.Length)
        {
            Array.Resize(ref _ends, number * 2);
            Array.Resize(ref _hashes, number * 2);
        }
        var start = Start(number);
        if (start + name.Length > _bytes.Length) Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, start + name.Length)));
        name.CopyTo(_bytes.AsSpan(start));
        _ends[number] = start + name.Length;
        _hashes[number] = hash;
        _slots[slot] = Count;
        if (Count * 2 > _slots.Length) Grow();
        return number;
    }

    private int Start(int number) => number == 0 ? 0 : _ends[number - 1];

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var slot = (int)_hashes[number] & mask;
            while (_slots[slot] != 0) slot = (slot + 1) & mask;
            _slots[slot] = number + 1;
        }
    }

    /// <summary>Multiply and fold, eight bytes at a time; names are compared in full, so this only has to spread them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        const ulong odd = 0x9E3779B97F4A7C15;
        var hash = (ulong)name.Length * odd;
        for (; name.Length >= 8; name = name[8..]) hash = Mix(hash ^ MemoryMarshal.Read<ulong>(name));
        ulong rest = 0;
        for (var i = 0; i < name.Length; i++) rest |= (ulong)name[i] << (8 * i);
        return Mix(hash ^ rest);

        static ulong Mix(ulong x)
        {
            x = (x ^ (x >> 32)) * odd;
            x = (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9;
            return x ^ (x >> 32);
        }
    }
}
