import type { Invited } from './queries';

/** Lines as people paste them: name, then group and quota behind commas or tabs. A line whose quota is none is named. */
export function readNames(text: string): { raters: Invited[]; bad: number | null } {
  const raters: Invited[] = [];
  const known = new Set<string>();
  let bad: number | null = null;
  text.split('\n').forEach((line, at) => {
    const [name = '', group = '', quota = ''] = line.split(/\t|,|，/).map((cell) => cell.trim());
    if (name === '' || known.has(name)) return;
    known.add(name);
    if (quota !== '' && !/^[1-9]\d{0,8}$/.test(quota)) bad ??= at + 1;
    raters.push({ name, group: group === '' ? undefined : group, quota: quota === '' ? undefined : Number(quota) });
  });
  return { raters, bad };
}

/** A table for a spreadsheet, in which no name is taken for a formula. */
export function csvOf(rows: string[][]): Blob {
  const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return new Blob([`\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' });
}
