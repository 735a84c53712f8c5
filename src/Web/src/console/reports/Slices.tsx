import * as Plot from '@observablehq/plot';
import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';
import { IntervalPlot } from './IntervalPlot';
import { percent, pSaid } from './numbers';
import { Plotted } from './Plotted';
import { prepareIntervals } from './prepareIntervals';
import { prepareSlices, type SizePoint, type SliceGroup } from './prepareSlices';
import type { Field } from './question';
import { type CellLink, captionOf, FiguresTable } from './Tables';

/** More figures than these nobody compares by eye. */
const DRAWN = 8;
const FILTERS: Record<string, Field> = { category: 'category', tag: 'tag', language: 'language', wave: 'wave' };

interface Props {
  report: Schemas['PreferenceReport'];
  by: string;
  cell: CellLink | null;
  choose: (field: Field, value: string | null) => void;
}

/** The same comparisons in parts: by what the prompts are, or by an attribute of the models. */
export function Slices({ report, by, cell, choose }: Props) {
  const { report: words } = useWords();
  const what = by.startsWith('model:')
    ? words.byModel(by.slice(6))
    : by.startsWith('baseline:')
      ? words.byBaseline(by.slice(9))
      : (words.by[by] ?? by);
  const groups = prepareSlices(report, words.against);
  const judged = groups.filter((group) => group.rows.some((row) => row.n > 0));
  const field = FILTERS[by];
  return (
    <>
      <h2>{words.named(words.slices, what)}</h2>
      <p className="muted">{words.sliceNote}</p>
      {judged.length === 0 && <p>{words.noJudgments}</p>}
      <div className="groups">
        {judged.slice(0, DRAWN).map((group) => (
          <OneGroup key={group.key} group={group} what={what} caption={captionOf(report, group.rows, words)} />
        ))}
      </div>
      {judged.length > DRAWN && <p>{words.moreGroups(judged.length - DRAWN)}</p>}
      <FiguresTable
        rows={report.slices}
        cell={cell}
        slices={{ title: what, choose: field ? (value) => choose(field, value) : undefined }}
      />
    </>
  );
}

function OneGroup({ group, what, caption }: { group: SliceGroup; what: string; caption: string }) {
  const { report: words, between } = useWords();
  const title = `${words.sliceFigure(what)} · ${group.title}`;
  if (group.sizes && group.sizes.points.length > 1) {
    const { trend, points } = group.sizes;
    const text =
      typeof trend.odds_ratio === 'number' && typeof trend.odds_ratio_lower === 'number' && typeof trend.odds_ratio_upper === 'number'
        ? words.trend({
            odds: trend.odds_ratio.toFixed(2),
            lower: trend.odds_ratio_lower.toFixed(2),
            upper: trend.odds_ratio_upper.toFixed(2),
            n: trend.n,
            p: typeof trend.slope.p === 'number' ? pSaid(trend.slope.p) : 'p —',
          })
        : words.trendNone(words.statuses[trend.slope.status] ?? trend.slope.status);
    return (
      <Plotted
        title={title}
        name={`size ${group.key}`}
        caption={text + between + caption}
        draw={(width) => sizeDrawing(points, trend, words.size, width)}
      />
    );
  }
  const intervals = prepareIntervals(
    group.rows.map((row) => ({
      label: row.slice?.value ?? words.noValue,
      small: row.n < 20,
      spans: { raters_like_these: row.scopes.raters_like_these.win_rate, these_raters: row.scopes.these_raters.win_rate },
    })),
    0.5,
  );
  if (intervals === null) return null;
  return (
    <IntervalPlot
      title={title}
      name={`slices ${group.key}`}
      caption={caption}
      intervals={{ ...intervals, axis: [0, 1] }} // one axis for all, so that they can be held against each other
      series={{ raters_like_these: words.scopes.raters_like_these, these_raters: words.scopes.these_raters }}
      through={0.5}
    />
  );
}

function sizeDrawing(points: SizePoint[], trend: Schemas['TrendRow'], label: string, width: number): Plot.PlotOptions {
  const known = points.filter((point) => point.estimate !== null);
  const [first, last] = [points[0], points.at(-1)];
  const ends =
    first && last && typeof trend.win_rate_at_smallest === 'number' && typeof trend.win_rate_at_largest === 'number'
      ? [
          { size: first.size, estimate: trend.win_rate_at_smallest },
          { size: last.size, estimate: trend.win_rate_at_largest },
        ]
      : [];
  const faint = ({ n }: SizePoint) => (n < 20 ? 0.5 : 1);
  return {
    width,
    height: 280,
    marginBottom: 44,
    marginRight: 24,
    x: {
      type: 'log',
      label,
      ticks: points.map((point) => point.size),
      tickFormat: (size: number) => points.find((point) => point.size === size)?.value ?? '',
    },
    y: { domain: [0, 1], label: '%', tickFormat: (value: number) => (value * 100).toFixed(0) },
    marks: [
      Plot.gridY({ stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleY([0.5], { stroke: 'var(--ink)', strokeDasharray: '5 3' }),
      Plot.line(ends, { x: 'size', y: 'estimate', stroke: 'var(--ink-2)', strokeDasharray: '2 3' }),
      Plot.ruleX(
        known.filter((point) => point.lower !== null && point.upper !== null),
        { x: 'size', y1: 'lower', y2: 'upper', stroke: 'var(--accent)', strokeWidth: 3, strokeOpacity: faint },
      ),
      Plot.dot(known, {
        x: 'size',
        y: 'estimate',
        r: 5,
        fill: 'var(--accent)',
        fillOpacity: faint,
        title: (point: SizePoint) => `${point.value} · ${percent(point.estimate ?? 0)} %, n = ${point.n}`,
      }),
    ],
  };
}
