import type { Row } from './prepare';

export interface Cell {
  row: Row;
  small: boolean;
  /** null: nothing was judged, or nothing can be said. */
  rate: number | null;
}

export interface Heat {
  models: string[];
  baselines: string[];
  /** All of them in one order: where columns have no room for names, each is headed by the number of its row. */
  all: string[];
  cells: Cell[];
}

/** Model by baseline; null where all comparisons are one model's, or against one, which the forest plot shows better. */
export function prepareHeat(rows: Row[]): Heat | null {
  const models = [...new Set(rows.map((row) => row.model))];
  const baselines = [...new Set(rows.map((row) => row.baseline))];
  if (models.length < 2 || baselines.length < 2) return null;
  const cells = rows.map((row) => ({ row, small: row.n < 20, rate: row.win_rate.estimate ?? null }));
  return { models, baselines, all: [...new Set([...models, ...baselines])].sort(), cells };
}
