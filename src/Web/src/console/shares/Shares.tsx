import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { CopyButton } from '../parts/CopyButton';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { useCreateShare, useRevokeShare, useShares } from './queries';
import './shares.css';

/** Makes links to the report, and ends them. */
export function Shares({ study }: { study: string }) {
  const { words } = useSpoken();
  const said = words.shares;
  const [open, setOpen] = useState(false);
  const shares = useShares(study, open);
  return (
    <details className="sharing" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="button">{said.open}</summary>
      <div className="card">
        <p>{said.text}</p>
        <NewShare study={study} />
        {!shares.data && <Loading why={shares.error} />}
        {shares.data && shares.data.length > 0 && <ShareTable study={study} shares={[...shares.data].reverse()} />}
      </div>
    </details>
  );
}

function NewShare({ study }: { study: string }) {
  const { words } = useSpoken();
  const said = words.shares;
  const create = useCreateShare(study);
  const [name, setName] = useState('');
  const [frozen, setFrozen] = useState(true);
  const [until, setUntil] = useState('');
  return (
    <>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ name: name.trim(), frozen, ends: until === '' ? null : endOf(until) }, { onSuccess: () => setName('') });
        }}
      >
        <fieldset>
          <legend>{said.what}</legend>
          {([true, false] as const).map((each) => (
            <label key={String(each)}>
              <input type="radio" name="shows" checked={frozen === each} onChange={() => setFrozen(each)} />{' '}
              {each ? said.frozen : said.live}
            </label>
          ))}
        </fieldset>
        <div className="pair-of-fields">
          <label>
            {said.name}
            <input maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
            <small>{said.nameHint}</small>
          </label>
          <label>
            {said.until}
            <input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
            <small>{said.untilHint}</small>
          </label>
        </div>
        <button type="submit" className="main" disabled={create.isPending}>
          {said.make}
        </button>
      </form>
      <ProblemBox why={create.error} />
      {create.data?.link && (
        <p className="made" role="status">
          <strong>{said.once}</strong> <code>{create.data.link}</code> <CopyButton key={create.data.share} text={create.data.link} />
        </p>
      )}
    </>
  );
}

function ShareTable({ study, shares }: { study: string; shares: Schemas['Share'][] }) {
  const { words, language } = useSpoken();
  const said = words.shares;
  const revoke = useRevokeShare(study);
  const time = (instant: string | null | undefined) =>
    instant ? new Date(instant).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }) : said.never;
  return (
    <>
      <h2>{said.list}</h2>
      <ProblemBox why={revoke.error} />
      <Scroll label={said.list}>
        <table>
          <thead>
            <tr>
              <th>{said.columns.name}</th>
              <th>{said.columns.shows}</th>
              <th>{said.columns.ends}</th>
              <th>{said.columns.opened}</th>
              <th>{said.columns.state}</th>
              <th>
                <span className="unseen">{said.revoke}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shares.map((share) => {
              const state = stateOf(share);
              return (
                <tr key={share.share} className={state === 'live' ? undefined : 'small'} data-share={share.share}>
                  <th>{share.name || said.unnamed}</th>
                  <td>{share.at === null ? said.newest : said.asOf(share.at)}</td>
                  <td>{time(share.expires_at)}</td>
                  <td>{time(share.last_opened_at)}</td>
                  <td>{said.states[state]}</td>
                  <td>
                    {state === 'live' && (
                      <button
                        type="button"
                        disabled={revoke.isPending}
                        onClick={() => {
                          if (confirm(said.revokeSure)) revoke.mutate(share.share);
                        }}
                      >
                        {said.revoke}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function stateOf(share: Schemas['Share']): 'live' | 'revoked' | 'expired' {
  if (share.revoked_at) return 'revoked';
  return share.expires_at && new Date(share.expires_at) <= new Date() ? 'expired' : 'live';
}

/** The last second of a day, where the researcher is. */
const endOf = (day: string) => new Date(`${day}T23:59:59`);
