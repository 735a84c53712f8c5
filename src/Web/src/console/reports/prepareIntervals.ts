/** An estimate as every report gives it. */
export interface Span {
  estimate?: number | null;
  value?: number | null;
  lower?: number | null;
  upper?: number | null;
}

export interface IntervalRow {
  label: string;
  small: boolean;
  /** By the name of a series. */
  spans: Record<string, Span>;
}

export interface Point {
  label: string;
  series: string;
  small: boolean;
  estimate: number;
  lower: number | null;
  upper: number | null;
}

export interface Intervals {
  labels: string[];
  points: Point[];
  /** Ends of the axis. */
  axis: [number, number];
}

/** What a plot of intervals is drawn from; null where no row has an estimate. */
export function prepareIntervals(rows: IntervalRow[], through: number | null): Intervals | null {
  const points = rows.flatMap(({ label, small, spans }) =>
    Object.entries(spans).flatMap(([series, { estimate, value, lower, upper }]): Point[] => {
      const known = estimate ?? value;
      return typeof known === 'number' ? [{ label, series, small, estimate: known, lower: lower ?? null, upper: upper ?? null }] : [];
    }),
  );
  if (points.length === 0) return null;
  const ends = points.flatMap((point) => [point.estimate, point.lower, point.upper]).filter((end): end is number => end !== null);
  const [low, high] = [Math.min(...ends, through ?? Infinity), Math.max(...ends, through ?? -Infinity)];
  const air = Math.max(0.01, (high - low) * 0.05);
  return { labels: [...new Set(rows.map((row) => row.label))], points, axis: [low - air, high + air] };
}
