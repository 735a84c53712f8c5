import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../../shared/client';
import { CopyButton } from '../parts/CopyButton';
import { ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { save } from '../parts/save';
import { useWords } from '../parts/words';
import { csvOf, readNames } from './names';
import { useInvite } from './queries';

const Sheet = lazy(() => import('./Sheet').then((module) => ({ default: module.Sheet })));

/** A pasted list becomes links, which are shown once. */
export function Invite({ study }: { study: Schemas['Study'] }) {
  const { raters: words } = useWords();
  const invite = useInvite(study.study);
  const [text, setText] = useState('');
  const { raters, bad } = readNames(text);
  return (
    <>
      <h2>{words.invite}</h2>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(raters, { onSuccess: () => setText('') });
        }}
      >
        <label>
          {words.names}
          <textarea rows={5} value={text} onChange={(event) => setText(event.target.value)} aria-describedby="names-hint" />
        </label>
        <small id="names-hint">{words.namesHint}</small>
        {bad !== null && <p role="alert">{words.badQuota(bad)}</p>}
        <button type="submit" className="main" disabled={raters.length === 0 || bad !== null || invite.isPending}>
          {words.make(raters.length)}
        </button>
      </form>
      <ProblemBox why={invite.error} />
      {invite.data && <Links study={study} made={invite.data.items} />}
    </>
  );
}

export function Links({ study, made }: { study: Schemas['Study']; made: Schemas['RaterInvitation'][] }) {
  const { raters: words } = useWords();
  const [printing, setPrinting] = useState(false);
  const rows = made.map((each) => [each.name, each.link]);
  return (
    <div className="card invitations">
      <p>
        <strong>{words.once}</strong>
      </p>
      <div className="actions">
        <CopyButton label={words.copyAll} text={rows.map((row) => row.join('\t')).join('\n')} />
        <button type="button" onClick={() => save(csvOf([['name', 'link'], ...rows]), 'raters.csv')}>
          {words.download}
        </button>
        <button type="button" aria-expanded={printing} onClick={() => setPrinting(!printing)}>
          {words.print}
        </button>
      </div>
      {printing ? (
        <Suspense fallback={null}>
          <Sheet study={study} invitations={made} />
        </Suspense>
      ) : (
        <Scroll label={words.link}>
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
        </Scroll>
      )}
    </div>
  );
}
