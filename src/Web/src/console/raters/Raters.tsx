import { useState } from 'react';
import { CopyButton } from '../parts/CopyButton';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useInvite, useRaters } from './queries';

export function Raters({ study }: { study: string }) {
  const { raters: words } = useWords();
  const raters = useRaters(study);
  const invite = useInvite(study);
  const [names, setNames] = useState('');
  const list = [...new Set(names.split('\n').map((name) => name.trim()))].filter((name) => name !== '');
  const made = invite.data?.items ?? [];
  return (
    <section>
      <h2>{words.invite}</h2>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(list, { onSuccess: () => setNames('') });
        }}
      >
        <label>
          {words.names}
          <textarea rows={4} value={names} onChange={(event) => setNames(event.target.value)} />
        </label>
        <button type="submit" className="main" disabled={list.length === 0 || invite.isPending}>
          {words.make}
        </button>
      </form>
      <ProblemBox why={invite.error} />
      {made.length > 0 && (
        <div className="card invitations">
          <p>
            <strong>{words.once}</strong>{' '}
            <CopyButton label={words.copyAll} text={made.map((each) => `${each.name}\t${each.link}`).join('\n')} />
          </p>
          <div className="scroll">
            <table>
              <tbody>
                {made.map((each) => (
                  <tr key={each.rater}>
                    <td>{each.name}</td>
                    <td>
                      <code>{each.link}</code>
                    </td>
                    <td>
                      <CopyButton text={each.link} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      {!raters.data && <Loading why={raters.error} />}
      {raters.data?.length === 0 && <p className="muted">{words.empty}</p>}
      {raters.data && raters.data.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>{words.name}</th>
                <th>{words.kind}</th>
                <th>{words.state}</th>
                <th className="number">{words.asked}</th>
                <th className="number">{words.judged}</th>
                <th className="number">{words.today}</th>
              </tr>
            </thead>
            <tbody>
              {raters.data.map((rater) => (
                <tr key={rater.rater}>
                  <td>{rater.name}</td>
                  <td>{words.kinds[rater.kind]}</td>
                  <td>{words.states[rater.state]}</td>
                  <td className="number">{rater.asked}</td>
                  <td className="number">
                    {rater.judged}
                    {rater.quota !== null && rater.quota !== undefined && ` / ${rater.quota}`}
                  </td>
                  <td className="number">{rater.judged_today}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
