import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { useExclusions, useSetAside } from './queries';

/** Acts that set judgments aside, each with its reason; none is ever lost, and each can be taken back. */
export function SetAside({ study, raters }: { study: string; raters: Schemas['Rater'][] }) {
  const { words: all, language } = useSpoken();
  const { raters: words } = all;
  const exclusions = useExclusions(study);
  const exclude = useSetAside(study, 'exclude');
  const count = useSetAside(study, 'exclude');
  const include = useSetAside(study, 'include');
  const [rater, setRater] = useState('');
  const [seconds, setSeconds] = useState('');
  const [reason, setReason] = useState('');
  const filter = { ...(rater && { rater }), ...(Number(seconds) > 0 && { faster_than_ms: Math.round(Number(seconds) * 1000) }) };
  const any = Object.keys(filter).length > 0;
  return (
    <>
      <form
        className="inline"
        onSubmit={(event) => {
          event.preventDefault();
          exclude.mutate({ filter, reason }, { onSuccess: () => setReason('') });
          count.reset();
        }}
      >
        <label>
          {words.of}
          <select value={rater} onChange={(event) => setRater(event.target.value)}>
            <option value="">{words.anyone}</option>
            {raters.map((each) => (
              <option key={each.rater} value={each.rater}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.fasterThan}
          <input type="number" min={0} step={0.1} value={seconds} onChange={(event) => setSeconds(event.target.value)} />
        </label>
        <label className="wide">
          {words.reason}
          <input value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <button type="button" disabled={!any || count.isPending} onClick={() => count.mutate({ filter, preview: true })}>
          {words.preview}
        </button>
        <button type="submit" disabled={!any || reason.trim() === '' || exclude.isPending}>
          {words.exclude}
        </button>
      </form>
      {count.data && <p role="status">{words.wouldBe(count.data.judgments)}</p>}
      <ProblemBox why={exclude.error ?? count.error ?? include.error} />
      {!exclusions.data && <Loading why={exclusions.error} />}
      {exclusions.data?.length === 0 && <p className="muted">{words.noExclusions}</p>}
      {exclusions.data && exclusions.data.length > 0 && (
        <Scroll label={words.exclusions}>
          <table>
            <thead>
              <tr>
                <th>{words.what}</th>
                <th className="number">{words.number}</th>
                <th>{words.reason}</th>
                <th>{words.by}</th>
                <th>{words.when}</th>
                <th>
                  <span className="unseen">{words.takeBack}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {exclusions.data.map((each) => (
                <tr key={each.sequence}>
                  <th>{words.acts[each.kind]}</th>
                  <td className="number">{each.judgments}</td>
                  <td className="said">{each.reason}</td>
                  <td>{each.account ?? '—'}</td>
                  <td className="when">{new Date(each.created_at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' })}</td>
                  <td>
                    {each.kind === 'excluded' && (
                      <button
                        type="button"
                        disabled={include.isPending}
                        onClick={() => include.mutate({ filter: { sequence: each.sequence }, reason: words.takeBack })}
                      >
                        {words.takeBack}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}
