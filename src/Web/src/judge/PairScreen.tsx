/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Asks } from './Asks';
import { keysAreOn } from './Dialogs';
import type { Opened } from './Judge';
import type { Judging, Pair, Side, State } from './judging';
import type { Choice } from './outbox';
import type { Words } from './words';

/** A new pair takes no vote before an eye can have reached it, so that a key pressed twice does not judge it. */
const UNSEEN_MS = 300;
const AHEAD = 2;

interface Props {
  judging: Judging;
  state: State;
  words: Words;
  blocked: boolean;
  open: (what: Opened) => void;
}

export function PairScreen({ judging, state, words, blocked, open }: Props) {
  const pair = judging.current as Pair;
  const wide = useWide();
  const [side, setSide] = useState<{ showing: number; on: Side; seenBoth: boolean }>({ showing: -1, on: pair.first, seenBoth: false });
  const now = side.showing === state.showing ? side : { showing: state.showing, on: pair.first, seenBoth: pair.choice !== null };
  const [commenting, setCommenting] = useState(false);
  const { ready, paintedAt } = usePainted(state.showing);
  const maySee = wide || now.seenBoth;
  const choices: Choice[] = state.me?.allow_both_bad === false ? ['left', 'tie', 'right'] : ['left', 'tie', 'both_bad', 'right'];

  const look = (on: Side) => setSide({ ...now, on, seenBoth: now.seenBoth || on !== pair.first });
  const vote = (choice: Choice) => {
    // The store is asked, not this drawing of it: a second key may come before the next drawing.
    if (ready.current !== judging.state.showing || !maySee) return;
    setCommenting(false);
    judging.vote(choice, performance.now() - paintedAt.current, wide ? 'side_by_side' : 'stacked');
  };

  const press = (key: string): boolean => {
    const numbered = choices[Number(key) - 1];
    if (numbered !== undefined) vote(numbered);
    else if (key === 'ArrowLeft') vote('left');
    else if (key === 'ArrowRight') vote('right');
    else if (key === 'u') judging.undo();
    else if (key === 's' && pair.choice === null) open('skip');
    else if (key === 'c') setCommenting(true);
    else if (key === 'm' && state.me?.strength) judging.weigh(pair.strength === null ? 1 : pair.strength === 1 ? 2 : null);
    else if (key === 'g') open('guidelines');
    else if (key === '?' || key === '？') open('help');
    else if (key === 'a' && !wide) look('left');
    else if (key === 'b' && !wide) look('right');
    else return false;
    return true;
  };
  const pressed = useRef(press);
  pressed.current = press;

  useEffect(() => {
    // external system: the keyboard
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (blocked || isTyping(event.target) || !keysAreOn()) return;
      if (pressed.current(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [blocked]);

  return (
    <>
      <main class="judging">
        <h2 lang={state.me?.language}>{state.me?.question}</h2>
        {/* The next pairs are drawn already, hidden: a vote only has to show them. */}
        {state.pairs.slice(state.at, state.at + 1 + AHEAD).map((each) => (
          <PairView key={each.id} pair={each} words={words} hidden={each !== pair} only={wide ? null : now.on} />
        ))}
      </main>
      <footer class="bar" data-ready={ready.current === state.showing} data-showing={state.showing}>
        {!wide && (
          <fieldset class="switch" aria-label={words.switchTo}>
            {(['left', 'right'] as const).map((each) => (
              <button type="button" key={each} aria-pressed={now.on === each} onClick={() => look(each)}>
                {words.answer} {each === 'left' ? 'A' : 'B'}
              </button>
            ))}
          </fieldset>
        )}
        {commenting && (
          <label class="comment">
            <span>{words.commentHint}</span>
            <textarea
              rows={2}
              maxLength={4000}
              value={pair.comment}
              ref={focus}
              onInput={(event) => judging.comment(event.currentTarget.value)}
              onKeyDown={(event) => event.key === 'Escape' && !event.isComposing && setCommenting(false)}
            />
          </label>
        )}
        {state.me && (state.me.strength || state.me.criteria.length > 0) && (
          <Asks judging={judging} me={state.me} pair={pair} choices={choices} words={words} />
        )}
        <div class="votes">
          {choices.map((choice, index) => (
            <button
              type="button"
              key={choice}
              class={`vote ${choice}`}
              data-choice={choice}
              aria-pressed={pair.choice === choice}
              aria-disabled={!maySee}
              onClick={() => vote(choice)}
            >
              <kbd>{index + 1}</kbd> {words.choices[choice]}
              {choice === 'tie' && choices.length === 4 && <small>{words.tieNote}</small>}
            </button>
          ))}
        </div>
        <div class="more">
          <button type="button" class="quiet" disabled={state.at === 0} onClick={() => judging.undo()}>
            {words.undo} <kbd>U</kbd>
          </button>
          <button type="button" class="quiet" disabled={pair.choice !== null} onClick={() => open('skip')}>
            {words.skip} <kbd>S</kbd>
          </button>
          <button type="button" class="quiet" aria-expanded={commenting} onClick={() => setCommenting(!commenting)}>
            {words.comment}
            {pair.comment.trim() !== '' && ' ✓'} <kbd>C</kbd>
          </button>
          <p class="hint">{pair.choice !== null ? words.changed : maySee ? '' : words.seeBoth}</p>
        </div>
      </footer>
      <p class="unseen" aria-live="polite">
        {words.newPair} {state.showing}
      </p>
    </>
  );
}

function PairView({ pair, words, hidden, only }: { pair: Pair; words: Words; hidden: boolean; only: Side | null }) {
  return (
    <article class="pair" hidden={hidden} data-pair={pair.id}>
      <section class="prompt" lang={pair.language} aria-label={words.prompt}>
        <Turns turns={pair.prompt} words={words} />
      </section>
      <div class={only === null ? 'sides' : 'sides single'}>
        {(['left', 'right'] as const).map((side) => (
          <section key={side} class={`side ${side}`} lang={pair.language} hidden={only !== null && only !== side}>
            <h3 lang="en">{side === 'left' ? 'A' : 'B'}</h3>
            <Turns turns={pair[side]} words={words} />
          </section>
        ))}
      </div>
    </article>
  );
}

function Turns({ turns, words }: { turns: Pair['prompt']; words: Words }) {
  return (
    <>
      {turns.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the turns of a pair never change
        <div key={index} class={`turn ${turn.role}`}>
          {turns.length > 1 && <p class="role">{words.roles[turn.role] ?? turn.role}</p>}
          {turn.html.trim() === '' ? (
            <p class="empty">{words.empty}</p>
          ) : (
            // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised in render.ts
            <div class="text" dangerouslySetInnerHTML={{ __html: turn.html }} />
          )}
        </div>
      ))}
    </>
  );
}

/** One function for all drawings, so that it runs once for each field. */
export const focus = (field: HTMLElement | null) => field?.focus();

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function useWide(): boolean {
  const [query] = useState(() => matchMedia('(min-width: 900px)'));
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    // external system: the window's width
    const changed = () => setWide(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return wide;
}

/** When the pair reached the screen, and the showing that may be voted on. */
function usePainted(showing: number) {
  const ready = useRef(-1);
  const paintedAt = useRef(0);
  const [, redraw] = useState(0);
  useLayoutEffect(() => {
    // external system: the display, which paints after the next frame was asked for
    let timer: ReturnType<typeof setTimeout>;
    scrollTo(0, 0);
    const frame = requestAnimationFrame(() => {
      paintedAt.current = performance.now();
      timer = setTimeout(() => {
        ready.current = showing;
        redraw((n) => n + 1);
      }, UNSEEN_MS);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [showing]);
  return { ready, paintedAt };
}
