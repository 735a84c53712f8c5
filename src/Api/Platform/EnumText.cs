using System.Data;
using System.Text.Json;
using Dapper;

namespace PrefEval.Api.Platform;

/// <summary>Keeps an enumeration as the snake_case text that it also has on the wire.</summary>
public sealed class EnumText<T> : SqlMapper.TypeHandler<T> where T : struct, Enum
{
    private static readonly Dictionary<T, string> Texts = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));
    private static readonly Dictionary<string, T> Values = Texts.ToDictionary(p => p.Value, p => p.Key);

    public static void Register()
    {
        SqlMapper.Settings.PreferTypeHandlersForEnums = true;
        SqlMapper.AddTypeHandler(new EnumText<T>());
    }

    public static string Of(T value) => Texts[value];

    public static bool TryParse(string? text, out T value) => Values.TryGetValue(text ?? "", out value);

    public override T Parse(object value) => Values[(string)value];

    public override void SetValue(IDbDataParameter parameter, T value)
    {
        parameter.DbType = DbType.String;
        parameter.Value = Texts[value];
    }
}
