/** @jsxImportSource preact */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { drawn, isCut, type Pair, type Side, type Turn } from './pair';
import { plain, rest } from './render';
import type { Words } from './words';

export interface Look {
  /** As it was written, both sides. */
  plain: boolean;
  /** The whole of what is too long to be drawn, both sides. */
  whole: boolean;
}

interface Props {
  pair: Pair;
  words: Words;
  hidden: boolean;
  /** The side that a narrow screen shows; null: both. */
  only: Side | null;
  look: Look;
  showWhole: () => void;
}

export function PairView({ pair, words, hidden, only, look, showWhole }: Props) {
  return (
    <article class="pair" hidden={hidden} data-pair={pair.id}>
      <section class="prompt" lang={pair.language} translate={false} aria-label={words.prompt}>
        <Turns turns={pair.prompt} words={words} look={look} />
      </section>
      <div class={only === null ? 'sides' : 'sides single'}>
        {(['left', 'right'] as const).map((side) => (
          <section
            key={side}
            class={`side ${side}`}
            lang={pair.language}
            translate={false}
            hidden={only !== null && only !== side}
            aria-label={`${words.answer} ${side === 'left' ? 'A' : 'B'}`}
          >
            <h3 lang="en">{side === 'left' ? 'A' : 'B'}</h3>
            <Turns turns={pair[side]} words={words} look={look} />
          </section>
        ))}
      </div>
      {isCut(pair) && !look.whole && (
        <p class="cut">
          <button type="button" class="main" onClick={showWhole}>
            {words.showWhole}
          </button>
        </p>
      )}
    </article>
  );
}

function Turns({ turns, words, look }: { turns: Turn[]; words: Words; look: Look }) {
  return (
    <>
      {turns.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the turns of a pair never change
        <div key={index} class={`turn ${turn.role}`}>
          {turns.length > 1 && <p class="role">{words.roles[turn.role] ?? turn.role}</p>}
          {turn.source.trim() === '' ? <p class="empty">{words.empty}</p> : <Text turn={turn} look={look} />}
        </div>
      ))}
    </>
  );
}

function Text({ turn, look }: { turn: Turn; look: Look }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // external system: elements that were drawn outside of Preact (render.ts)
    const more = look.whole ? rest(turn.source) : '';
    const start = turn.source.slice(0, turn.source.length - rest(turn.source).length);
    host.current?.replaceChildren(look.plain ? plain(start) : drawn(turn), ...(more === '' ? [] : [plain(more)]));
  }, [turn, look.plain, look.whole]);
  return <div ref={host} />;
}
