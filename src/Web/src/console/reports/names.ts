const size = (letter: string) => (letter > '\u2e80' ? 13 : 7);

/** About how many pixels a name takes beside an axis, where a Chinese letter is as wide as two others. */
export const widthOf = (name: string) => [...name].reduce((sum, letter) => sum + size(letter), 0);

/** A comparison in two lines where one is too short for it: broken at the last space that leaves the first one room. */
export function inLines(name: string, room: number): string {
  const rest = name.split(' ');
  if (widthOf(name) <= room || rest.length === 1) return shorten(name, room);
  const first = rest.splice(0, 1);
  while (rest.length > 1 && widthOf([...first, rest[0]].join(' ')) <= room) first.push(...rest.splice(0, 1));
  return [first, rest].map((line) => shorten(line.join(' '), room)).join('\n');
}

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
