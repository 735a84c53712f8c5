import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken, useWords } from '../parts/words';
import { useCase, useDecide, useDisagreements } from './queries';
import { Text } from './Text';

type Seen = Schemas['AdjudicationCase'];

/** One pair, blind until it is decided. */
export function Case({ study, pair }: { study: Schemas['Study']; pair: string }) {
  const { inbox: said } = useWords();
  const found = useCase(study.study, pair);
  const seen = found.data;
  return (
    <section className="case">
      <p>
        <Link to="?">← {said.back}</Link>
      </p>
      {!seen && <Loading why={found.error} />}
      {seen && (
        <>
          <p className="muted">{seen.revealed ? said.again : said.blind}</p>
          <Turns messages={seen.prompt} language={seen.language ?? study.language} label={said.prompt} />
          <div className="two">
            {(['left', 'right'] as const).map((side) => (
              <article key={side} aria-label={said.answers[side]}>
                <h2>{said.answers[side]}</h2>
                <Turns messages={seen[side]} language={seen.language ?? study.language} />
              </article>
            ))}
          </div>
          <Deciding key={seen.revision} study={study} seen={seen} />
          {seen.revealed && <Revealed pair={seen.revealed} />}
          {seen.versions.length > 0 && <Versions seen={seen} />}
          <Onward study={study.study} seen={seen} />
        </>
      )}
    </section>
  );
}

function Turns({ messages, language, label }: { messages: Schemas['Message'][]; language: string; label?: string }) {
  const { inbox: said } = useWords();
  return (
    <section className="turns" lang={language} translate="no" aria-label={label}>
      {messages.map((message, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have no other name than their place
        <div key={at}>
          {messages.length > 1 && <p className="muted role">{said.roles[message.role] ?? message.role}</p>}
          {message.content.trim() === '' ? <p className="muted">{said.emptyAnswer}</p> : <Text source={message.content} />}
        </div>
      ))}
    </section>
  );
}

function Deciding({ study, seen }: { study: Schemas['Study']; seen: Seen }) {
  const { inbox: said } = useWords();
  const decide = useDecide(study.study, seen.pair);
  const last = seen.versions.at(-1);
  const [note, setNote] = useState(last?.note ?? '');
  const choices = (['left', 'tie', 'both_bad', 'right', 'undecided'] as const).filter(
    (each) => each !== 'both_bad' || study.allow_both_bad,
  );
  return (
    <fieldset className="deciding" disabled={decide.isPending}>
      <legend>
        <h2>{said.decide}</h2>
      </legend>
      <label>
        {said.note}
        <textarea rows={2} maxLength={4000} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="actions">
        {choices.map((choice) => (
          <button
            key={choice}
            type="button"
            data-choice={choice}
            aria-pressed={seen.state !== 'open' && last?.choice === choice}
            onClick={() => decide.mutate({ choice, note, after: seen.revision, sequence: seen.sequence })}
          >
            {said.choices[choice]}
          </button>
        ))}
      </div>
      <ProblemBox why={decide.error} />
    </fieldset>
  );
}

function Revealed({ pair }: { pair: Schemas['RevealedPair'] }) {
  const { inbox: said } = useWords();
  const rows = [
    { side: 'left', model: pair.left_model, votes: pair.left_votes },
    { side: 'right', model: pair.right_model, votes: pair.right_votes },
  ] as const;
  return (
    <div className="card revealed" role="status">
      <h2>{said.revealed}</h2>
      <table>
        <thead>
          <tr>
            <th>{said.answer}</th>
            <th>{said.model}</th>
            <th className="number">{said.preferred}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.side}>
              <th scope="row">{said.answers[row.side]}</th>
              <td className="model">{row.model}</td>
              <td className="number">{row.votes}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{said.others(pair.ties, pair.both_bad)}</p>
    </div>
  );
}

function Versions({ seen }: { seen: Seen }) {
  const words = useWords();
  const { inbox: said } = words;
  const { language } = useSpoken();
  return (
    <Scroll label={said.versions}>
      <table className="versions">
        <caption>{said.versions}</caption>
        <thead>
          <tr>
            <th className="number">{said.version}</th>
            <th>{said.choice}</th>
            <th>{said.noteShort}</th>
            <th>{said.by}</th>
            <th>{said.when}</th>
            <th>{said.wasBlind}</th>
          </tr>
        </thead>
        <tbody>
          {seen.versions.map((version) => (
            <tr key={version.revision}>
              <td className="number">{version.revision}</td>
              <td>{said.choices[version.choice]}</td>
              <td className="note">{version.note ?? '—'}</td>
              <td>{version.account ?? '—'}</td>
              <td className="when">{new Date(version.created_at).toLocaleString(language)}</td>
              <td>{version.blind ? words.yes : words.no}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** To the next pair that nobody decided, of another prompt where there is one: to meet an answer again tells whose it is. */
function Onward({ study, seen }: { study: string; seen: Seen }) {
  const { inbox: said } = useWords();
  const open = useDisagreements(study, 'open');
  const others = open.data?.pages[0]?.items.filter((each) => each.pair !== seen.pair);
  const next = others?.find((each) => each.prompt_id !== seen.prompt_id) ?? others?.[0];
  const decided = seen.revealed !== null;
  return (
    <p className="actions">
      {next ? (
        <Link to={`?pair=${next.pair}`} className={decided ? 'button main' : 'button'}>
          {said.next}
        </Link>
      ) : (
        open.data && <span className="muted">{said.noneNext}</span>
      )}
      {decided && (
        <Link to={`/studies/${study}/pairs/${seen.pair}`} className="button">
          {said.judgments}
        </Link>
      )}
    </p>
  );
}
