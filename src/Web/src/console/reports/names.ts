const size = (letter: string) => (letter > '\u2e80' ? 13 : 7);

/** About how many pixels a name takes beside an axis, where a Chinese letter is as wide as two others. */
export const widthOf = (name: string) => [...name].reduce((sum, letter) => sum + size(letter), 0);

/** The name as far as there is room; the table beside the figure has all of it. */
export function shorten(name: string, room: number): string {
  if (widthOf(name) <= room) return name;
  let used = size('…');
  const kept = [...name].filter((letter) => {
    used += size(letter);
    return used <= room;
  });
  return `${kept.join('')}…`;
}
