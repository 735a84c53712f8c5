import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useFirst } from '../parts/useFirst';
import { useWords } from '../parts/words';
import { IntervalPlot } from './IntervalPlot';
import { Estimate, percent, plain, Value } from './numbers';
import { prepareIntervals } from './prepareIntervals';
import { useLength } from './queries';
import type { Question } from './question';

/** More than these nobody compares by eye; the table has them all. */
const DRAWN = 40;

/** Win rates as they would be were both answers equally long. */
export function Length({ study, question }: { study: string; question: Question }) {
  const { report: words } = useWords();
  const length = useLength(study, question);
  const { first, more } = useFirst(length.data?.items ?? []);
  if (!length.data) return <Loading why={length.error} />;
  const { items, scope, sequence, hash } = length.data;
  const intervals = prepareIntervals(
    items.slice(0, DRAWN).map((row) => ({
      label: `${row.model} ${words.against} ${row.baseline}`,
      small: row.n < 20,
      spans: { win_rate: row.win_rate, controlled: row.length_controlled_win_rate },
    })),
    0.5,
  );
  if (intervals === null) return <p>{words.noLength}</p>;
  const method = [...new Set(items.map((row) => row.length_controlled_win_rate.method))].join(', ');
  const caption = words.plainCaption({
    n: items.reduce((sum, row) => Math.max(sum, row.n), 0),
    method,
    scope: words.scopes[scope],
    sequence,
    hash,
  });
  return (
    <>
      <p className="muted">{words.lengthNote}</p>
      <IntervalPlot title={words.length} name="length" caption={caption} intervals={intervals} series={words.lengthPoints} through={0.5} />
      <Scroll label={words.length}>
        <table data-table="length">
          <thead>
            <tr>
              <th>{words.columns.model}</th>
              <th>{words.columns.baseline}</th>
              {[words.columns.n, words.longer, words.columns.win_rate, words.controlled, words.slope].map((column) => (
                <th key={column} className="number">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first.map((row) => (
              <tr key={`${row.model} ${row.baseline}`} data-model={row.model} data-baseline={row.baseline}>
                <th>{row.model}</th>
                <th>{row.baseline}</th>
                <td className="number">{row.n}</td>
                <td className="number">
                  <Value value={row.mean_difference} as={(value) => value.toFixed(1).replace('-', '−')} />
                </td>
                <td className="number" data-estimand="win_rate">
                  <Estimate interval={row.win_rate} as={percent} />
                </td>
                <td className="number" data-estimand="length_controlled_win_rate">
                  <Estimate interval={row.length_controlled_win_rate} as={percent} />
                </td>
                <td className="number" data-estimand="slope">
                  <Estimate interval={row.slope} as={plain} />
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
