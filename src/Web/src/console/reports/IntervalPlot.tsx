import * as Plot from '@observablehq/plot';
import { inLines, widthOf } from './names';
import { percent } from './numbers';
import { Plotted } from './Plotted';
import type { Intervals, Point } from './prepareIntervals';

const COLOURS = ['var(--accent)', 'var(--loss)', 'var(--both-bad)'];

interface Props {
  title: string;
  name: string;
  caption: string;
  intervals: Intervals;
  /** The names of the series, in the order in which they stand under each other. */
  series: Record<string, string>;
  /** A line to hold the estimates against. */
  through: number | null;
}

/** Estimates with their intervals, a line a row; shares, so in percent. */
export function IntervalPlot({ title, name, caption, intervals, series, through }: Props) {
  const names = Object.keys(series);
  return (
    <Plotted title={title} name={name} caption={caption} draw={(width) => drawing(intervals, names, through, width)}>
      {names.length > 1 && (
        <ul className="legend">
          {names.map((each, at) => (
            <li key={each}>
              <svg width="26" height="14" aria-hidden="true">
                <line x1="2" x2="24" y1="7" y2="7" strokeWidth="3" stroke={COLOURS[at]} />
              </svg>
              {series[each]}
            </li>
          ))}
        </ul>
      )}
    </Plotted>
  );
}

function drawing({ labels, points, axis }: Intervals, series: string[], through: number | null, width: number): Plot.PlotOptions {
  const margin = Math.min(Math.max(...labels.map(widthOf)) + 16, width * 0.45);
  const step = 9;
  const row = labels.some((label) => widthOf(label) > margin - 16) ? 40 : 16 + step * series.length; // two lines of a name
  const faint = ({ small }: Point) => (small ? 0.5 : 1);
  return {
    height: labels.length * row + 60,
    marginLeft: margin,
    marginRight: 20,
    marginBottom: 40,
    x: { domain: axis, label: '%', tickFormat: (value: number) => (value * 100).toFixed(0) },
    y: { domain: labels, label: null, tickSize: 0, tickFormat: (label: string) => inLines(label, margin - 16) },
    marks: [
      Plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
      ...(through === null ? [] : [Plot.ruleX([through], { stroke: 'var(--ink)', strokeDasharray: '5 3' })]),
      ...series.flatMap((each, at) => {
        const its = points.filter((point) => point.series === each);
        const dy = (at - (series.length - 1) / 2) * step;
        const stroke = COLOURS[at] ?? 'var(--ink)';
        return [
          Plot.ruleY(
            its.filter((point) => point.lower !== null && point.upper !== null),
            { x1: 'lower', x2: 'upper', y: 'label', stroke, strokeWidth: 3, strokeOpacity: faint, dy },
          ),
          Plot.dot(its, { x: 'estimate', y: 'label', r: 4.5, fill: stroke, fillOpacity: faint, dy, title: (point: Point) => said(point) }),
        ];
      }),
    ],
  };
}

const said = ({ label, estimate, lower, upper }: Point) =>
  `${label} · ${percent(estimate)} %${lower === null || upper === null ? '' : ` [${percent(lower)}, ${percent(upper)}]`}`;
