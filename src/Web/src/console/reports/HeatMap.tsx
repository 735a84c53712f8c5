import * as Plot from '@observablehq/plot';
import { useWords } from '../parts/words';
import { shorten, widthOf } from './names';
import { percent } from './numbers';
import { Plotted } from './Plotted';
import type { Cell, Heat } from './prepareHeat';
import type { CellLink } from './Tables';

interface Props {
  heat: Heat;
  caption: string;
  link: CellLink | null;
}

export function HeatMap({ heat, caption, link }: Props) {
  const { report: words, between } = useWords();
  return (
    <Plotted title={words.heat} name="heat-map" caption={words.heatNote + between + caption} draw={(width) => drawing(heat, link, width)} />
  );
}

const NAMED = 14;

function drawing(heat: Heat, link: CellLink | null, width: number): Plot.PlotOptions {
  const { cells, all } = heat;
  const many = heat.baselines.length > NAMED || width / heat.baselines.length < 60;
  const numbered = many ? new Map(all.map((name, at) => [name, at + 1])) : null;
  const { models, baselines } = many ? { models: all, baselines: all } : heat;
  const place = { x: (cell: Cell) => cell.row.baseline, y: (cell: Cell) => cell.row.model };
  const room = width / baselines.length >= 110; // for numbers in the cells; else they are on hover and in the table
  const rowName = (name: string) => (numbered === null ? name : `${numbered.get(name)} ${name}`);
  const left = Math.min(numbered === null ? 180 : 220, width * 0.35, Math.max(...models.map((name) => widthOf(rowName(name)))) + 16);
  // Numbers stand upright, as many as there is room for.
  const every = Math.ceil(18 / Math.max(1, (width - left) / baselines.length));
  // Names lean over the columns: the last one needs room to its right, and every one above.
  const longest = Math.min(140, Math.max(...baselines.map(widthOf)));
  const half = 0.5 / baselines.length; // of a column, where a name begins
  const top = numbered === null ? longest * 0.6 + 24 : 28;
  return {
    height: models.length * (room ? 52 : 22) + top + 12,
    marginLeft: left,
    marginTop: top,
    marginRight: numbered !== null ? 8 : Math.max(20, (longest * 0.86 - (width - left) * half) / (1 - half)),
    x: {
      domain: baselines,
      axis: 'top',
      label: null,
      tickRotate: numbered === null ? -35 : 0,
      tickSize: 0,
      padding: 0.04,
      tickFormat: (name: string) => {
        const number = numbered?.get(name);
        if (number === undefined) return shorten(name, 140);
        return number === 1 || number % every === 0 ? String(number) : '';
      },
    },
    y: { domain: models, label: null, tickSize: 0, padding: 0.04, tickFormat: (name: string) => shorten(rowName(name), left - 16) },
    // Blue for the model, orange for the baseline, pale between: told apart by every kind of eye.
    color: { type: 'linear', domain: [0, 0.5, 1], range: ['#e08a3c', '#f4f4f1', '#5b97d9'], clamp: true },
    marks: [
      Plot.cell(cells, {
        ...place,
        fill: (cell: Cell) => cell.rate,
        fillOpacity: (cell: Cell) => (cell.small ? 0.5 : 1),
        href: (cell: Cell) => (link !== null && cell.row.n > 0 ? link(cell.row) : null),
        title: (cell: Cell) => `${cell.row.model} – ${cell.row.baseline} · ${said(cell)} · n = ${cell.row.n}`,
      }),
      ...(room
        ? [
            Plot.text(cells, { ...place, text: (cell: Cell) => said(cell), fill: '#1d1f21', fontWeight: 600, dy: -8 }),
            Plot.text(cells, { ...place, text: (cell: Cell) => `${spanOf(cell)}n = ${cell.row.n}`, fill: '#1d1f21', dy: 9 }),
          ]
        : []),
    ],
  };
}

const said = (cell: Cell) => (cell.rate === null ? '—' : `${percent(cell.rate)} %`);

function spanOf({ row }: Cell): string {
  const { lower, upper } = row.win_rate;
  return lower === null || upper === null ? '' : `[${percent(lower)}, ${percent(upper)}] `;
}
