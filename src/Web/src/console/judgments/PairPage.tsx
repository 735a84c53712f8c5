import type { Schemas } from '../../shared/client';
import { Figure } from '../parts/Figure';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import './judgments.css';
import { usePair } from './queries';
import { JudgmentRows } from './Rows';

/** One pair with both identities, its texts as they came, and everything that was judged of it. */
export function PairPage({ study, pair: id }: { study: string; pair: string }) {
  const words = useWords();
  const { judgments: said } = words;
  const pair = usePair(study, id);
  if (!pair.data) return <Loading why={pair.error} />;
  const { pair: facts, prompt, a, b, category, tags, language, judgments } = pair.data;
  return (
    <section>
      <h2>
        {said.pair} · {facts.prompt_id}
      </h2>
      <p className="muted">{said.identities}</p>
      <dl className="figures">
        <Figure label={said.facts.counted} value={`${facts.counted} / ${facts.overlap}`} />
        <Figure label={said.facts.wave} value={facts.wave} />
        <Figure label={said.facts.role} value={said.pairRoles[facts.role]} />
        {category && <Figure label={said.facts.category} value={category} />}
        {tags.length > 0 && <Figure label={said.tags} value={tags.join(', ')} />}
        {facts.identical && <Figure label={said.facts.identical} value={words.yes} />}
        {facts.unjudgeable && <Figure label={said.facts.unjudgeable} value={words.yes} />}
      </dl>
      <Turns messages={prompt} language={language} />
      <div className="answers">
        {[a, b].map((answer) => (
          <article key={answer.model}>
            <h3>{answer.model}</h3>
            {answer.messages ? <Turns messages={answer.messages} language={language} /> : <p className="muted">{said.missing}</p>}
            {answer.masked && (
              <>
                <p className="muted">{said.masked}</p>
                <Turns messages={answer.masked} language={language} />
              </>
            )}
          </article>
        ))}
      </div>
      <h2>{said.revisions}</h2>
      {judgments.length === 0 ? (
        <p className="muted">{said.notJudged}</p>
      ) : (
        <Scroll label={said.revisions}>
          <JudgmentRows study={study} judgments={judgments} ofPair />
        </Scroll>
      )}
    </section>
  );
}

/** The text to the letter: what is to be checked is what was stored, not how it looks. */
function Turns({ messages, language }: { messages: Schemas['Message'][]; language: string | null | undefined }) {
  const { judgments: said } = useWords();
  return (
    <>
      {messages.map((message, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns have no other name than their place
        <div key={at} className="turn" lang={language ?? undefined}>
          {messages.length > 1 && <small className="muted">{said.roles[message.role] ?? message.role}</small>}
          <pre>{message.content}</pre>
        </div>
      ))}
    </>
  );
}
