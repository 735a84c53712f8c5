import type { Schemas } from '../../shared/client';
import type { Words } from '../parts/language';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { Estimate, percent, pValue, signed, Value } from './numbers';
import { type Figure, range } from './prepare';

const whole = (value: number) => String(value);

export function FiguresTable({ figures }: { figures: Figure[] }) {
  const { report: words } = useWords();
  const c = words.columns;
  return (
    <Scroll label={words.table}>
      <table className="report">
        <thead>
          <tr>
            <th>{c.model}</th>
            <th>{c.baseline}</th>
            {[c.n, c.wins, c.ties, c.both_bad, c.losses, c.win_rate, c.net, c.win_or_tie, c.p, c.n_eff, c.deff, c.prompts, c.raters].map(
              (column) => (
                <th key={column} className="number">
                  {column}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {figures.map(({ key, row }) => {
            const why = words.statuses[row.win_rate.status];
            return (
              <tr key={key} className={row.n < 20 ? 'small' : undefined} data-baseline={row.baseline}>
                <th>{row.model}</th>
                <th>{row.baseline}</th>
                <td className="number">{row.n}</td>
                <td className="number">{row.wins}</td>
                <td className="number">{row.ties}</td>
                <td className="number">{row.both_bad}</td>
                <td className="number">{row.losses}</td>
                <td className="number" data-estimand="win_rate">
                  <Estimate interval={row.win_rate} as={percent} />
                </td>
                <td className="number" data-estimand="net">
                  <Estimate interval={row.net} as={signed} />
                </td>
                <td className="number" data-estimand="win_or_tie">
                  <Estimate interval={row.win_or_tie} as={percent} />
                </td>
                <td className="number">
                  <Value value={row.p_holm} as={pValue} why={why} />
                </td>
                <td className="number">
                  <Value value={row.win_rate.n_eff} as={(n) => n.toFixed(1)} why={why} />
                </td>
                <td className="number">
                  <Value value={row.win_rate.deff} as={(n) => n.toFixed(2)} why={why} />
                </td>
                <td className="number">{row.win_rate.prompts}</td>
                <td className="number">
                  <Value value={row.win_rate.raters} as={whole} why={why} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Everything that another person needs to check the figures, or to make them again. */
export function captionOf(report: Schemas['PreferenceReport'], figures: Figure[], words: Words['report']): string {
  const rows = figures.map((figure) => figure.row.win_rate);
  const first = rows[0];
  if (first === undefined) return '';
  return words.caption({
    n: range(figures.map((figure) => figure.row.n)),
    prompts: range(rows.map((row) => row.prompts)),
    raters: range(rows.map((row) => row.raters)),
    confidence: `${Number((first.confidence * 100).toPrecision(4))} %`,
    method: [...new Set(rows.map((row) => row.method))].join(', '),
    scope: words.scopes[report.scope],
    unit: words.units[report.unit],
    tie: words.tieRules[report.tie_rule] ?? `${report.tie_rule}.`,
    sequence: report.sequence,
    hash: report.hash,
  });
}

const COLUMNS = ['planned', 'incomplete', 'surplus', 'identical', 'unjudgeable', 'empty_answers'] as const;

export function DenominatorTable({ figures }: { figures: Figure[] }) {
  const { report: words } = useWords();
  return (
    <Scroll label={words.denominators}>
      <table>
        <thead>
          <tr>
            <th>{words.columns.model}</th>
            <th>{words.columns.baseline}</th>
            {COLUMNS.map((column) => (
              <th key={column} className="number">
                {words.excluded[column]}
              </th>
            ))}
            <th>{words.excluded.skipped}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map(({ key, row }) => (
            <tr key={key}>
              <th>{row.model}</th>
              <th>{row.baseline}</th>
              {COLUMNS.map((column) => (
                <td key={column} className="number">
                  {row.excluded[column]}
                </td>
              ))}
              <td>
                {Object.entries(row.excluded.skipped)
                  .map(([reason, count]) => `${words.skipReasons[reason] ?? reason}: ${count}`)
                  .join('; ') || 0}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
