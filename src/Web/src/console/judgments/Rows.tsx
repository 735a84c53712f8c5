import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { useSpoken } from '../parts/words';

type Judgment = Schemas['Judgment'];

const sides = (judgment: Judgment) => {
  if (judgment.left === null || judgment.left === undefined) return { left: '—', right: '—' };
  return judgment.left === 'a' ? { left: judgment.model_a, right: judgment.model_b } : { left: judgment.model_b, right: judgment.model_a };
};

/** A row a judgment; of one pair with its revisions and comments, else with a link to the pair. */
export function JudgmentRows({ study, judgments, ofPair = false }: { study: string; judgments: Judgment[]; ofPair?: boolean }) {
  const { words: all, language } = useSpoken();
  const { judgments: words } = all;
  const winner = (each: Judgment) => words.winners[each.winner] ?? (each.winner === 'a' ? each.model_a : each.model_b);
  return (
    <table className="judgments">
      <thead>
        <tr>
          {!ofPair && <th>{words.prompt}</th>}
          <th>{words.left}</th>
          <th>{words.right}</th>
          <th>{words.winner}</th>
          <th>{words.rater}</th>
          {ofPair && <th className="number">{words.revision}</th>}
          <th className="number">{words.seconds}</th>
          <th>{words.standing}</th>
          <th>{words.when}</th>
          {ofPair && <th>{words.comment}</th>}
        </tr>
      </thead>
      <tbody>
        {judgments.map((each) => (
          <tr key={each.sequence}>
            {!ofPair && (
              <th>
                <Link to={`/studies/${study}/pairs/${each.pair}`} aria-label={words.open(each.prompt_id)}>
                  {each.prompt_id}
                </Link>
              </th>
            )}
            <td>{sides(each).left}</td>
            <td>{sides(each).right}</td>
            <td className={each.winner === 'a' || each.winner === 'b' ? 'won' : undefined}>{winner(each)}</td>
            <td>{each.rater}</td>
            {ofPair && <td className="number">{each.revision}</td>}
            <td className="number">{typeof each.duration_ms === 'number' ? (each.duration_ms / 1000).toFixed(1) : '—'}</td>
            <td>{words.standings[each.standing] ?? each.standing}</td>
            <td className="when">{new Date(each.created_at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' })}</td>
            {ofPair && <td className="said">{each.comment}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
