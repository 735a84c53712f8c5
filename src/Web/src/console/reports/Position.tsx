import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { Estimate, percent, plain, pValue, signed, Value } from './numbers';
import { usePosition } from './queries';
import type { Question } from './question';

/** Whether the left answer wins for standing left. */
export function Position({ study, question }: { study: string; question: Question }) {
  const { report: words } = useWords();
  const position = usePosition(study, question);
  if (!position.data) return <Loading why={position.error} />;
  const report = position.data;
  if (report.n === 0) return <p>{words.noSides}</p>;
  const measures = [
    { key: 'left_share', name: words.leftShare, interval: report.left_share, as: percent },
    { key: 'left_net', name: words.leftNet, interval: report.left_net, as: signed },
    ...report.orders.map((row) => ({
      key: `order ${row.models.join(' ')}`,
      name: `${words.order}${report.orders.length > 1 ? ` (${row.models.join(', ')})` : ''}`,
      interval: row.order,
      as: plain,
    })),
  ];
  return (
    <>
      <p>{words.sides(report)}</p>
      <Scroll label={words.position}>
        <table className="position">
          <thead>
            <tr>
              <th>{words.measure}</th>
              <th className="number">{words.value}</th>
              <th className="number">p</th>
              <th className="number">{words.columns.n}</th>
            </tr>
          </thead>
          <tbody>
            {measures.map(({ key, name, interval, as }) => (
              <tr key={key} className={interval.n < 20 ? 'small' : undefined} data-measure={key}>
                <th>{name}</th>
                <td className="number">
                  <Estimate interval={interval} as={as} />
                </td>
                <td className="number">
                  <Value value={interval.p} as={pValue} why={words.statuses[interval.status]} />
                </td>
                <td className="number">{interval.n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
