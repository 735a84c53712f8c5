import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import type { Words } from '../parts/language';
import { Scroll } from '../parts/Scroll';
import { useFirst } from '../parts/useFirst';
import { useWords } from '../parts/words';
import { Estimate, percent, pValue, signed, Value } from './numbers';
import { type Figure, type Row, range } from './prepare';

const whole = (value: number) => String(value);

const ESTIMANDS = ['win_rate', 'net', 'win_or_tie', 'win_or_good_tie', 'decisive_win_rate'] as const;
const COUNTED = ['n', 'wins', 'ties', 'both_bad', 'losses'] as const;
const OUTCOME = { n: undefined, wins: 'win', ties: 'tie', both_bad: 'both_bad', losses: 'loss' } as const;

/** The page of the judgments behind a number. */
export type CellLink = (row: Row, outcome?: string) => string;

interface Rows {
  rows: Row[];
  /** null: the reader may not open judgments. */
  cell: CellLink | null;
  /** Given: the rows are slices, and choosing one makes a filter of it (undefined: there is no such filter). */
  slices?: { title: string; choose: ((value: string) => void) | undefined };
}

/** The numbers of the figures, a row a comparison or a slice of one; each count opens its judgments. */
export function FiguresTable({ rows, cell, slices }: Rows) {
  const { report: words } = useWords();
  const c = words.columns;
  const { first, more } = useFirst(rows);
  return (
    <>
      <Scroll label={slices ? slices.title : words.table}>
        <table className="report" data-table={slices ? 'slices' : 'preference'}>
          <thead>
            <tr>
              <th>{c.model}</th>
              <th>{c.baseline}</th>
              {slices && <th>{slices.title}</th>}
              {[
                ...COUNTED.map((count) => c[count]),
                ...ESTIMANDS.map((estimand) => c[estimand]),
                slices ? c.p_bh : c.p,
                c.n_eff,
                c.deff,
                c.prompts,
                c.raters,
              ].map((column) => (
                <th key={column} className="number">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first.map((row) => {
              const why = words.statuses[row.win_rate.status];
              const value = row.slice?.value;
              return (
                <tr
                  key={`${row.model} ${row.baseline} ${value}`}
                  className={row.n < 20 ? 'small' : undefined}
                  data-model={row.model}
                  data-baseline={row.baseline}
                  data-slice={row.slice ? (value ?? '') : undefined}
                >
                  <th>
                    <span className="name">{row.model}</span>
                  </th>
                  <th>
                    <span className="name">{row.baseline}</span>
                  </th>
                  {slices && (
                    <th>
                      {slices.choose ? (
                        <button type="button" className="link" title={words.onlyThis} onClick={() => slices.choose?.(value ?? '')}>
                          {value ?? words.noValue}
                        </button>
                      ) : (
                        (value ?? words.noValue)
                      )}
                    </th>
                  )}
                  {COUNTED.map((count) => (
                    <td key={count} className="number" data-count={count}>
                      {cell && row[count] > 0 ? <Link to={cell(row, OUTCOME[count])}>{row[count]}</Link> : row[count]}
                    </td>
                  ))}
                  {ESTIMANDS.map((estimand) => (
                    <td key={estimand} className="number" data-estimand={estimand}>
                      <Estimate interval={row[estimand]} as={estimand === 'net' ? signed : percent} />
                    </td>
                  ))}
                  <td className="number">
                    <Value value={slices ? row.p_bh : row.p_holm} as={pValue} why={why} />
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
      {more}
    </>
  );
}

/** Everything that another person needs to check the figures, or to make them again. */
export function captionOf(report: Schemas['PreferenceReport'], of: Row[], words: Words['report']): string {
  const rows = of.map((row) => row.win_rate);
  const first = rows[0];
  if (first === undefined) return '';
  return words.caption({
    n: range(of.map((row) => row.n)),
    prompts: range(rows.map((row) => row.prompts)),
    raters: range(rows.map((row) => row.raters)),
    confidence: String(Number((first.confidence * 100).toPrecision(4))),
    method: [...new Set(rows.map((row) => row.method))].join(', '),
    scope: words.scopes[report.scope],
    unit: words.units[report.unit],
    filter: saidOf(report.filter, words),
    tie: words.tieRules[report.tie_rule] ?? `${report.tie_rule}.`,
    sequence: report.sequence,
    hash: report.hash,
  });
}

/** The filter in words; empty where there is none. */
function saidOf(filter: Schemas['ReportFilter'], words: Words['report']): string {
  const { category, tag, language, wave, leaks } = filter;
  const parts = Object.entries({ category, tag, language, wave }).filter(([, value]) => value !== null && value !== undefined);
  const said = parts.map(([field, value]) => words.named(words.filterOf[field] ?? field, value || words.noValue));
  if (leaks === 'leave_out') said.push(words.leaveOut);
  return said.length === 0 ? '' : words.filtered(said);
}

const COLUMNS = ['planned', 'incomplete', 'surplus', 'identical', 'unjudgeable', 'empty_answers'] as const;

export function DenominatorTable({ figures }: { figures: Figure[] }) {
  const { report: words } = useWords();
  const { first, more } = useFirst(figures);
  return (
    <>
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
            {first.map(({ key, row }) => (
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
                    .map(([reason, count]) => words.named(words.skipReasons[reason] ?? reason, count))
                    .join(' · ') || 0}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {more}
    </>
  );
}
