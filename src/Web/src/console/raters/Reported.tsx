import { Link } from 'react-router';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { useReported } from './queries';

/** What raters say is wrong with pairs. */
export function Reported({ study }: { study: string }) {
  const { words: all, language } = useSpoken();
  const { raters: words } = all;
  const reported = useReported(study);
  if (!reported.data) return <Loading why={reported.error} />;
  if (reported.data.length === 0) return <p className="muted">{words.noProblems}</p>;
  return (
    <Scroll label={words.problems}>
      <table>
        <thead>
          <tr>
            <th>{words.pair}</th>
            <th>{words.what}</th>
            <th>{words.about}</th>
            <th>{words.comment}</th>
            <th>{words.name}</th>
            <th>{words.when}</th>
          </tr>
        </thead>
        <tbody>
          {reported.data.map((each) => (
            <tr key={`${each.assignment} ${each.kind}`}>
              <th>
                <Link to={`/studies/${study}/pairs/${each.pair}`}>{each.prompt_id}</Link>
              </th>
              <td>{words.problemKinds[each.kind]}</td>
              <td>{each.side === 'a' ? each.model_a : each.side === 'b' ? each.model_b : '—'}</td>
              <td className="said">{each.comment}</td>
              <td>{each.rater}</td>
              <td className="when">{new Date(each.created_at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
