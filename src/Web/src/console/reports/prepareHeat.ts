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
  cells: Cell[];
  /** Whether there is room for numbers in the cells; else they are on hover and in the table. */
  numbers: boolean;
  /** With many models a column is headed by the number that its model has among the rows; null: by its name. */
  numbered: Map<string, number> | null;
}

const ROOM = 8;
const NAMED = 14;

/** Model by baseline; null where all comparisons are one model's, or against one, which the forest plot shows better. */
export function prepareHeat(rows: Row[]): Heat | null {
  const models = [...new Set(rows.map((row) => row.model))];
  const baselines = [...new Set(rows.map((row) => row.baseline))];
  if (models.length < 2 || baselines.length < 2) return null;
  const cells = rows.map((row) => ({ row, small: row.n < 20, rate: row.win_rate.estimate ?? null }));
  if (baselines.length <= NAMED) return { models, baselines, cells, numbers: baselines.length <= ROOM, numbered: null };
  const all = [...new Set([...models, ...baselines])].sort();
  return { models: all, baselines: all, cells, numbers: false, numbered: new Map(all.map((name, at) => [name, at + 1])) };
}
