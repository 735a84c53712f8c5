import type { Schemas } from '../../shared/client';

export type Row = Schemas['PreferenceRow'];
export const OUTCOMES = ['win', 'tie', 'both_bad', 'loss'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Segment {
  outcome: Outcome;
  count: number;
  /** Where it begins and how long it is, as shares of the row's judgments. */
  start: number;
  share: number;
}

export interface Figure {
  key: string;
  label: string;
  row: Row;
  /** Empty where there are no judgments. */
  segments: Segment[];
}

/** What the bars, the forest plot and the table are all drawn from; `model` where all of them are about the same one. */
export function prepare(report: Schemas['PreferenceReport'], against: string): { model: string | null; figures: Figure[] } {
  const models = [...new Set(report.items.map((row) => row.model))];
  const model = models.length === 1 ? (models[0] ?? null) : null;
  const figures = report.items.map((row) => ({
    key: `${row.model} ${row.baseline}`,
    label: model !== null ? `${against} ${row.baseline}` : `${row.model} ${against} ${row.baseline}`,
    row,
    segments: segmentsOf(row),
  }));
  return { model, figures };
}

function segmentsOf(row: Row): Segment[] {
  const counts = { win: row.wins, tie: row.ties, both_bad: row.both_bad, loss: row.losses };
  if (row.n === 0) return [];
  let start = 0;
  return OUTCOMES.map((outcome) => {
    const segment = { outcome, count: counts[outcome], start, share: counts[outcome] / row.n };
    start += segment.share;
    return segment;
  });
}

/** Whether each comparison that was judged at all was judged by one rater. */
export function hasOneRater(rows: Row[]): boolean {
  const judged = rows.filter((row) => row.n > 0);
  return judged.length > 0 && judged.every((row) => row.scopes.raters_like_these.win_rate.status === 'single_rater');
}

/** The part of the axis that is drawn: every interval and the no-preference line, in steps of .1. */
export function axisOf(figures: Figure[]): { from: number; to: number; ticks: number[] } {
  const ends = figures.flatMap(({ row }) =>
    [row.scopes.raters_like_these.win_rate, row.scopes.these_raters.win_rate, ...(row.live ? [row.live] : [])].flatMap((i) => [
      i.lower,
      i.upper,
      i.estimate,
    ]),
  );
  const known = ends.filter((end): end is number => typeof end === 'number');
  const from = Math.max(0, Math.floor((Math.min(0.4, ...known) - 0.02) * 10));
  const to = Math.min(10, Math.ceil((Math.max(0.6, ...known) + 0.02) * 10));
  return { from: from / 10, to: to / 10, ticks: Array.from({ length: to - from + 1 }, (_, i) => (from + i) / 10) };
}

/** One number if they are all equal, else the smallest and the largest. */
export function range(values: (number | null | undefined)[]): string {
  const known = values.filter((value): value is number => typeof value === 'number');
  if (known.length === 0) return '—';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high ? String(low) : `${low}–${high}`;
}
