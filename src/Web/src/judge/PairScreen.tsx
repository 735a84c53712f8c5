/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Asks } from './Asks';
import { Feedback } from './Feedback';
import type { Opened } from './Judge';
import type { Judging, Pair, Side, State } from './judging';
import { type Action, actionOf, keysAreOn } from './keys';
import type { Choice } from './outbox';
import { PairView } from './PairView';
import { focus, Key } from './parts';
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
  const [plain, setPlain] = useState(false);
  const [whole, setWhole] = useState('');
  const { ready, paintedAt } = usePainted(state.showing);
  const bar = useBarHeight();
  const maySee = wide || now.seenBoth;
  const choices: Choice[] = state.me?.allow_both_bad === false ? ['left', 'tie', 'right'] : ['left', 'tie', 'both_bad', 'right'];

  const look = (on: Side) => setSide({ ...now, on, seenBoth: now.seenBoth || on !== pair.first });
  const vote = (choice: Choice | undefined) => {
    // The store is asked, not this drawing of it: a second key may come before the next drawing.
    if (choice === undefined || ready.current !== judging.state.showing || !maySee || judging.state.feedback !== null) return;
    setCommenting(false);
    judging.vote(choice, performance.now() - paintedAt.current, wide ? 'side_by_side' : 'stacked');
  };

  const actions: Record<Action, () => void> = {
    first: () => vote(choices[0]),
    second: () => vote(choices[1]),
    third: () => vote(choices[2]),
    fourth: () => vote(choices[3]),
    left: () => vote('left'),
    right: () => vote('right'),
    showA: () => !wide && look('left'),
    showB: () => !wide && look('right'),
    strength: () => state.me?.strength && judging.note({ strength: pair.strength === null ? 1 : pair.strength === 1 ? 2 : null }),
    undo: () => judging.undo(),
    skip: () => pair.choice === null && open('skip'),
    comment: () => setCommenting(true),
    report: () => open('report'),
    plain: () => setPlain(!plain),
    guidelines: () => open('guidelines'),
    help: () => open('help'),
  };
  const live = useRef({ actions, blocked });
  live.current = { actions, blocked };

  useEffect(() => {
    // external system: the keyboard
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (live.current.blocked || isTyping(event.target) || !keysAreOn()) return;
      const action = actionOf(event);
      if (action === undefined) return;
      event.preventDefault();
      live.current.actions[action]();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <main class="judging">
        <h2 lang={state.me?.language}>{state.me?.question}</h2>
        {/* The next pairs are drawn already, hidden: a vote only has to show them. */}
        {state.pairs.slice(state.at, state.at + 1 + AHEAD).map((each) => (
          <PairView
            key={each.id}
            pair={each}
            words={words}
            hidden={each !== pair}
            only={wide ? null : now.on}
            look={{ plain, whole: whole === each.id }}
            showWhole={() => setWhole(each.id)}
          />
        ))}
      </main>
      <footer class="bar" ref={bar} data-ready={ready.current === state.showing} data-showing={state.showing}>
        {!wide && (
          <fieldset class="switch" aria-label={words.switchTo}>
            {(['left', 'right'] as const).map((each) => (
              <button type="button" key={each} aria-pressed={now.on === each} onClick={() => look(each)}>
                {words.answer} {each === 'left' ? 'A' : 'B'}
              </button>
            ))}
          </fieldset>
        )}
        {commenting && <Comment judging={judging} pair={pair} words={words} close={() => setCommenting(false)} />}
        {state.me && (state.me.strength || state.me.criteria.length > 0) && (
          <Asks judging={judging} me={state.me} pair={pair} choices={choices} words={words} />
        )}
        {state.feedback !== null && <Feedback judging={judging} pair={pair} language={state.me?.language ?? ''} words={words} />}
        <div class="votes">
          {choices.map((choice, index) => (
            <button
              type="button"
              key={choice}
              class={`vote ${choice}`}
              data-choice={choice}
              aria-pressed={pair.choice === choice}
              aria-disabled={!maySee || state.feedback !== null}
              onClick={() => vote(choice)}
            >
              <Key of={places[index]} /> {words.choices[choice]}
              {choice === 'tie' && choices.length === 4 && <small>{words.tieNote}</small>}
            </button>
          ))}
        </div>
        <div class="more">
          <button type="button" class="quiet" disabled={!judging.canUndo} onClick={() => judging.undo()}>
            {words.undo} <Key of="undo" />
          </button>
          <button type="button" class="quiet" disabled={pair.choice !== null} onClick={() => open('skip')}>
            {words.skip} <Key of="skip" />
          </button>
          <button type="button" class="quiet" aria-expanded={commenting} onClick={() => setCommenting(!commenting)}>
            {words.comment}
            {(pair.comment.trim() !== '' || pair.reasons.length > 0) && ' ✓'} <Key of="comment" />
          </button>
          <button type="button" class="quiet" onClick={() => open('report')}>
            {words.report} <Key of="report" />
          </button>
          <button type="button" class="quiet" aria-pressed={plain} onClick={() => setPlain(!plain)}>
            {words.plain} <Key of="plain" />
          </button>
          <p class="hint">{state.feedback !== null ? '' : pair.choice !== null ? words.changed : maySee ? '' : words.seeBoth}</p>
        </div>
      </footer>
      <p class="unseen" aria-live="polite">
        {words.newPair} {state.showing}
      </p>
    </>
  );
}

const places = ['first', 'second', 'third', 'fourth'] as const;

/** Why, in a tap or in words. */
function Comment({ judging, pair, words, close }: { judging: Judging; pair: Pair; words: Words; close: () => void }) {
  const toggle = (reason: string) =>
    judging.note({ reasons: pair.reasons.includes(reason) ? pair.reasons.filter((each) => each !== reason) : [...pair.reasons, reason] });
  return (
    <div class="comment">
      <fieldset class="ask">
        <legend>{words.reasonsTitle}</legend>
        {Object.entries(words.reasons).map(([reason, text]) => (
          <button
            type="button"
            key={reason}
            data-reason={reason}
            aria-pressed={pair.reasons.includes(reason)}
            onClick={() => toggle(reason)}
          >
            {text}
          </button>
        ))}
      </fieldset>
      <label>
        <span>{words.commentHint}</span>
        <textarea
          rows={2}
          maxLength={4000}
          value={pair.comment}
          ref={focus}
          onInput={(event) => judging.note({ comment: event.currentTarget.value })}
          onKeyDown={(event) => event.key === 'Escape' && !event.isComposing && close()}
        />
      </label>
    </div>
  );
}

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

/** Tells the style sheet how high the bar is, so that what has the focus is never scrolled under it. */
function useBarHeight() {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    // external system: the layout
    const root = document.documentElement;
    const observer = new ResizeObserver(() => root.style.setProperty('--bar', `${bar.current?.offsetHeight ?? 0}px`));
    if (bar.current) observer.observe(bar.current);
    return () => observer.disconnect();
  }, []);
  return bar;
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
