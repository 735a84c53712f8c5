import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken, useWords } from '../parts/words';
import { Links } from './Invite';
import { Personal } from './Personal';
import { useRenewLink, useUpdateRater } from './queries';

/** More rows than these nobody reads; the search finds the others. */
const SHOWN = 200;

export function RaterTable({ study, raters }: { study: Schemas['Study']; raters: Schemas['Rater'][] }) {
  const { raters: words } = useWords();
  const [sought, setSought] = useState('');
  const [changing, setChanging] = useState<string | null>(null);
  const found = raters.filter(({ name, group }) => `${name}\n${group ?? ''}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <>
      <div className="stack search">
        <label>
          {words.search}
          <input type="search" value={sought} onChange={(event) => setSought(event.target.value)} />
        </label>
        <p className="muted" role="status">
          {found.length === 0 ? words.nobody : words.shown(Math.min(found.length, SHOWN), raters.length)}
        </p>
      </div>
      {found.length > 0 && (
        <Scroll label={words.name}>
          <table className="raters">
            <thead>
              <tr>
                <th>{words.name}</th>
                <th>{words.group}</th>
                <th>{words.kind}</th>
                <th>{words.state}</th>
                {[words.asked, words.judged, words.checks, words.today].map((column) => (
                  <th key={column} className="number">
                    {column}
                  </th>
                ))}
                <th>{words.lastJudged}</th>
                <th>
                  <span className="unseen">{words.changeShort}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, SHOWN).map((rater) => (
                <tr key={rater.rater} data-rater={rater.name}>
                  <th>{rater.name}</th>
                  <td>{rater.group ?? '—'}</td>
                  <td>{words.kinds[rater.kind]}</td>
                  <td>{rater.erased_at ? words.forgotten : words.states[rater.state]}</td>
                  <td className="number">{rater.asked}</td>
                  <td className="number">
                    {rater.judged}
                    {typeof rater.quota === 'number' && ` / ${rater.quota}`}
                  </td>
                  <td className="number">{rater.checks}</td>
                  <td className="number">{rater.judged_today}</td>
                  <td className="when">
                    <LastJudged rater={rater} />
                  </td>
                  <td>
                    {rater.kind !== 'simulated' && !rater.erased_at && (
                      <button
                        type="button"
                        aria-label={words.change(rater.name)}
                        aria-expanded={changing === rater.rater}
                        onClick={() => setChanging(changing === rater.rater ? null : rater.rater)}
                      >
                        {words.changeShort}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {raters
        .filter((rater) => rater.rater === changing)
        .map((rater) => (
          <Change key={rater.rater} study={study} rater={rater} done={() => setChanging(null)} />
        ))}
    </>
  );
}

/** The day by the study's zone; or how far somebody came who has judged nothing yet. */
function LastJudged({ rater }: { rater: Schemas['Rater'] }) {
  const { words: all, language } = useSpoken();
  const words = all.raters;
  if (rater.last_judged_on) return rater.last_judged_on;
  if (rater.signed_in_at) return words.onlyOpened(new Date(rater.signed_in_at).toLocaleDateString(language));
  return rater.kind === 'human' ? words.notOpened : '—';
}

function Change({ study, rater, done }: { study: Schemas['Study']; rater: Schemas['Rater']; done: () => void }) {
  const { raters: words } = useWords();
  const update = useUpdateRater(study.study);
  const renew = useRenewLink(study.study);
  const [quota, setQuota] = useState(String(rater.quota ?? ''));
  const [group, setGroup] = useState(rater.group ?? '');
  const [removing, setRemoving] = useState(false);
  const [aside, setAside] = useState(false);
  const [reason, setReason] = useState('');
  const change = (body: Schemas['UpdateRater'], then?: () => void) => update.mutate({ rater: rater.rater, body }, { onSuccess: then });
  return (
    <section className="card change" aria-label={words.change(rater.name)}>
      <h3>{rater.name}</h3>
      <form
        className="inline"
        onSubmit={(event) => {
          event.preventDefault();
          change({ quota: Number(quota), group: group.trim() }, done);
        }}
      >
        <label>
          {words.group}
          <input value={group} maxLength={100} onChange={(event) => setGroup(event.target.value)} />
        </label>
        <label>
          {words.quota}
          <input type="number" min={1} value={quota} placeholder={words.noQuota} onChange={(event) => setQuota(event.target.value)} />
        </label>
        <button type="submit" className="main" disabled={update.isPending}>
          {words.save}
        </button>
      </form>
      <div className="actions">
        {rater.state === 'active' ? (
          <button type="button" onClick={() => change({ state: 'paused' })}>
            {words.pause}
          </button>
        ) : (
          <button type="button" onClick={() => change({ state: 'active' })}>
            {words.resume}
          </button>
        )}
        <button type="button" title={words.renewText} onClick={() => renew.mutate(rater.rater)}>
          {words.renew}
        </button>
        {rater.state !== 'removed' && (
          <button type="button" aria-expanded={removing} onClick={() => setRemoving(!removing)}>
            {words.remove}
          </button>
        )}
        <button type="button" className="quiet" onClick={done}>
          {words.cancel}
        </button>
      </div>
      {removing && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change(aside ? { state: 'removed', judgments: 'exclude', reason } : { state: 'removed', judgments: 'keep' }, done);
          }}
        >
          <fieldset>
            <legend>{words.removeTitle(rater.name)}</legend>
            <label className="choice">
              <input type="radio" name="judgments" checked={!aside} onChange={() => setAside(false)} /> {words.keep}
            </label>
            <label className="choice">
              <input type="radio" name="judgments" checked={aside} onChange={() => setAside(true)} /> {words.setAside}
            </label>
            {aside && (
              <label>
                {words.reason}
                <input value={reason} required maxLength={2000} onChange={(event) => setReason(event.target.value)} />
              </label>
            )}
            <button type="submit" disabled={update.isPending}>
              {words.remove}
            </button>
          </fieldset>
        </form>
      )}
      <Personal study={study.study} rater={rater} done={done} />
      <ProblemBox why={update.error ?? renew.error} />
      {renew.data && <Links study={study} made={[renew.data]} />}
    </section>
  );
}
