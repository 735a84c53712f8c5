import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { Estimate, percent, plain, Value } from './numbers';
import { useAgreement } from './queries';
import type { Question } from './question';

const MEASURES = ['percent', 'tie_discounted', 'krippendorff_alpha', 'krippendorff_alpha_linear', 'fleiss_kappa', 'gwet_ac1'] as const;

export function Agreement({ study, question }: { study: string; question: Question }) {
  const { report: words } = useWords();
  const agreement = useAgreement(study, question);
  if (!agreement.data) return <Loading why={agreement.error} />;
  const report = agreement.data;
  if (report.units === 0) return <p>{words.noOverlap}</p>;
  return (
    <>
      <p>{words.units2(report.units)}</p>
      <Scroll label={words.agreement}>
        <table>
          <thead>
            <tr>
              <th>{words.measure}</th>
              <th className="number">{words.value}</th>
              <th className="number">{words.columns.n}</th>
              <th className="number">{words.columns.prompts}</th>
              <th className="number">{words.columns.raters}</th>
            </tr>
          </thead>
          <tbody>
            {MEASURES.map((measure) => (
              <tr key={measure} data-measure={measure}>
                <th>{words.measures[measure]}</th>
                <td className="number">
                  <Estimate interval={report[measure]} as={measure === 'percent' || measure === 'tie_discounted' ? percent : plain} />
                </td>
                <td className="number">{report[measure].n}</td>
                <td className="number">{report[measure].prompts}</td>
                <td className="number">
                  <Value value={report[measure].raters} as={String} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {report.cohen_kappa.length > 0 && (
        <details>
          <summary>{words.kappa}</summary>
          <Kappas rows={report.cohen_kappa} />
        </details>
      )}
    </>
  );
}

function Kappas({ rows }: { rows: Schemas['CohenKappaRow'][] }) {
  const { report: words, raters } = useWords();
  return (
    <Scroll label={words.kappa}>
      <table>
        <thead>
          <tr>
            <th>{raters.name} 1</th>
            <th>{raters.name} 2</th>
            <th className="number">{words.bothJudged}</th>
            <th className="number">κ</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.rater_a} ${row.rater_b}`}>
              <td>{row.rater_a}</td>
              <td>{row.rater_b}</td>
              <td className="number">{row.units}</td>
              <td className="number">
                <Value value={row.estimate} as={plain} why={words.statuses[row.status]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
