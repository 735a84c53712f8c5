import type { Schemas } from '../../shared/client';
import type { Row } from './prepare';

type Report = Schemas['PreferenceReport'];

export interface SizePoint {
  value: string;
  size: number;
  n: number;
  estimate: number | null;
  lower: number | null;
  upper: number | null;
}

export interface SliceGroup {
  key: string;
  title: string;
  rows: Row[];
  /** Where the slices are sizes: the points of the line and its ends. */
  sizes: { points: SizePoint[]; trend: Schemas['TrendRow'] } | null;
}

/** Slices of one comparison belong together; pooled models stand against the one model on the other side. */
export function prepareSlices(report: Report, against: string): SliceGroup[] {
  const groups = new Map<string, SliceGroup>();
  for (const row of report.slices) {
    const by = row.slice?.by ?? '';
    const other = by.startsWith('model:') ? row.baseline : by.startsWith('baseline:') ? row.model : null;
    const key = other ?? `${row.model} ${row.baseline}`;
    let group = groups.get(key);
    if (group === undefined) {
      const title = by.startsWith('model:')
        ? `${against} ${row.baseline}`
        : by.startsWith('baseline:')
          ? `${row.model} ${against} …`
          : `${row.model} ${against} ${row.baseline}`;
      group = { key, title, rows: [], sizes: null };
      groups.set(key, group);
    }
    group.rows.push(row);
  }
  for (const trend of report.trends) {
    const group = groups.get(trend.model ?? trend.baseline ?? '');
    if (group) group.sizes = { trend, points: trend.sizes.flatMap((size) => pointOf(size, group.rows)) };
  }
  return [...groups.values()];
}

function pointOf({ value, size }: Schemas['TrendSize'], rows: Row[]): SizePoint[] {
  const row = rows.find((each) => each.slice?.value === value);
  if (!row) return [];
  const { estimate, lower, upper } = row.win_rate;
  return [{ value, size, n: row.n, estimate: estimate ?? null, lower: lower ?? null, upper: upper ?? null }];
}
