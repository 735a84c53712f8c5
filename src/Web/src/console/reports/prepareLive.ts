import type { Schemas } from '../../shared/client';

/** Where the parts of an interval stand on its axis, as shares of its width; `none` is "no preference", where the estimand has such a value. */
export interface LiveDrawing {
  lower: number;
  estimate: number;
  upper: number;
  none: number | null;
}

export function prepareLive(live: Schemas['Live']): LiveDrawing | null {
  if (live.estimate == null || live.lower == null || live.upper == null) return null;
  const from = live.estimand === 'net' ? -1 : 0;
  const place = (value: number) => Math.min(1, Math.max(0, (value - from) / (1 - from)));
  return {
    lower: place(live.lower),
    estimate: place(live.estimate),
    upper: place(live.upper),
    none: live.estimand === 'win_or_tie' || live.estimand === 'win_or_good_tie' ? null : 0.5,
  };
}
