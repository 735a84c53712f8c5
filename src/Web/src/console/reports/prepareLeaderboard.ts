import type { Schemas } from '../../shared/client';

type Report = Schemas['LeaderboardReport'];
export type Item = Schemas['LeaderboardItem'];

export interface Place {
  item: Item;
  /** The models as an axis names them, numbered only by the service. */
  label: string;
  /** null where the service gives none. */
  rankSet: string | null;
  small: boolean;
}

export interface Board {
  group: Report['groups'][number];
  key: string;
  places: Place[];
  /** Ends of the axis in points of Elo; null where no model has an interval, so nothing can be drawn. */
  axis: [number, number] | null;
}

/** What the leaderboard's figure, table and caption are drawn from: a board for each group of models that met. */
export function prepareLeaderboard(report: Report): Board[] {
  return report.groups.map((group) => {
    const places = group.items.map((item) => ({
      item,
      label: item.model,
      rankSet: item.rank_set && rankSetOf(item.rank_set),
      small: item.n < 20,
    }));
    return { group, key: group.items.map((item) => item.model).join(' '), places, axis: axisOf(group.items) };
  });
}

const rankSetOf = ({ best, worst }: { best: number; worst: number }) => (best === worst ? String(best) : `${best}–${worst}`);

function axisOf(items: Item[]): [number, number] | null {
  const known = items.flatMap(({ elo }) => [elo.estimate, elo.lower, elo.upper]).filter((end): end is number => typeof end === 'number');
  if (known.length === 0) return null;
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const air = Math.max(10, (high - low) * 0.05);
  return [low - air, high + air];
}
