import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { IntervalPlot } from './IntervalPlot';
import { Estimate, percent, plain, signed } from './numbers';
import { prepareIntervals } from './prepareIntervals';
import { useJudges } from './queries';
import type { Question } from './question';

/** Language models that judge, beside humans, and humans beside each other. */
export function Judges({ study, question }: { study: string; question: Question }) {
  const { report: words } = useWords();
  const judges = useJudges(study, question);
  if (!judges.data) return <Loading why={judges.error} />;
  const { items, sequence, hash } = judges.data;
  const judged = items.filter((row) => row.n > 0);
  if (judged.length === 0) return <p>{words.noJudges}</p>;
  const intervals = prepareIntervals(
    judged.map((row) => ({
      label: row.judge ?? words.allJudges,
      small: row.compared_pairs < 20,
      spans: { judge: row.percent.judge, ceiling: row.percent.ceiling },
    })),
    null,
  );
  const caption = words.plainCaption({
    n: judged.reduce((sum, row) => Math.max(sum, row.n), 0),
    method: [...new Set(judged.map((row) => row.percent.judge.method))].join(', '),
    scope: words.scopes.these_raters,
    sequence,
    hash,
  });
  return (
    <>
      <p className="muted">{words.judgesNote}</p>
      {intervals && (
        <IntervalPlot
          title={words.judges}
          name="judges"
          caption={caption}
          intervals={intervals}
          series={{ judge: words.withHumans, ceiling: words.ceiling }}
          through={null}
        />
      )}
      <Scroll label={words.judges}>
        <table data-table="judges">
          <thead>
            <tr>
              <th>{words.judge}</th>
              {[words.columns.n, words.pairs, words.withHumans, words.ceiling, words.difference, words.kappaLinear].map((column) => (
                <th key={column} className="number">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {judged.map((row) => (
              <tr key={row.judge ?? ''} className={row.compared_pairs < 20 ? 'small' : undefined}>
                <th>{row.judge ?? words.allJudges}</th>
                <td className="number">{row.n}</td>
                <td className="number">{row.compared_pairs}</td>
                <td className="number">
                  <Estimate interval={row.percent.judge} as={percent} />
                </td>
                <td className="number">
                  <Estimate interval={row.percent.ceiling} as={percent} />
                </td>
                <td className="number">
                  <Estimate interval={row.percent.difference} as={signed} />
                </td>
                <td className="number">
                  <Estimate interval={row.kappa_linear.judge} as={plain} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
