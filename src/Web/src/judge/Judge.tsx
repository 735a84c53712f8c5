/** @jsxImportSource preact */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { base } from '../shared/client';
import { keepLanguage, type Language, startLanguage } from '../shared/language';
import { Drawn, Guidelines, Help, ReportProblem, SkipReasons } from './Dialogs';
import type { Judging, State } from './judging';
import { PairScreen } from './PairScreen';
import { focus, Key } from './parts';
import { draw, load, read } from './render';
import { isAlone } from './tab';
import { dictionary, type Words } from './words';

export type Opened = 'guidelines' | 'help' | 'skip' | 'report' | null;

export function Judge({ judging }: { judging: Judging }) {
  const state = useJudging(judging);
  const [language, setLanguage] = useState<Language>(startLanguage);
  const [opened, setOpened] = useState<Opened>(null);
  const words = dictionary[language];
  const { me } = state;
  const guidelines = useDrawn(me?.guidelines ?? '');
  const close = () => setOpened(null);

  return (
    <>
      <header class="top">
        <h1>{me?.title ?? 'PrefEval'}</h1>
        {me && (
          <p class="progress">
            {progress(state, words)}
            {me.study_done >= 0.01 && words.studyDone(Math.floor(100 * me.study_done))}
          </p>
        )}
        <Waiting judging={judging} state={state} words={words} />
        <nav>
          {me && me.guidelines.trim() !== '' && (
            <button type="button" class="quiet" onClick={() => setOpened('guidelines')}>
              {words.guidelines} <Key of="guidelines" />
            </button>
          )}
          {state.phase === 'judging' && judging.current !== null && (
            <button type="button" class="quiet" onClick={() => judging.pause()}>
              {words.pause}
            </button>
          )}
          <button type="button" class="quiet" onClick={() => setOpened('help')} aria-label={words.help}>
            <kbd>?</kbd>
          </button>
          <button
            type="button"
            class="quiet"
            lang={language === 'en' ? 'zh-CN' : 'en'}
            onClick={() => setLanguage(keepLanguage(language === 'en' ? 'zh-CN' : 'en'))}
          >
            {words.language}
          </button>
        </nav>
      </header>
      <Screen judging={judging} state={state} words={words} guidelines={guidelines} blocked={opened !== null} open={setOpened} />
      {opened === 'guidelines' && <Guidelines words={words} text={guidelines} language={me?.language ?? ''} close={close} />}
      {opened === 'help' && <Help words={words} bothBad={me?.allow_both_bad ?? true} strength={me?.strength ?? false} close={close} />}
      {opened === 'skip' && (
        <SkipReasons
          words={words}
          close={close}
          skip={(reason) => {
            close();
            judging.skip(reason);
          }}
        />
      )}
      {opened === 'report' && (
        <ReportProblem
          words={words}
          close={close}
          report={(kind, comment) => {
            close();
            judging.report(kind, comment);
          }}
        />
      )}
    </>
  );
}

function progress({ me, pairs, at }: State, words: Words): string {
  if (me === null) return '';
  const stage = pairs[at]?.stage ?? me.stage;
  if (stage === 'practice' && me.practice) return words.practice.progress(me.practice.done, me.practice.of);
  if (stage === 'qualification' && me.qualification) return words.qualification.progress(me.qualification.done, me.qualification.of);
  return words.today(me.judged_today, me.judged) + (me.quota !== null && me.quota !== undefined ? words.quota(me.quota) : '');
}

interface ScreenProps {
  judging: Judging;
  state: State;
  words: Words;
  guidelines: HTMLElement;
  blocked: boolean;
  open: (what: Opened) => void;
}

function Screen({ judging, state, words, guidelines, blocked, open }: ScreenProps) {
  const { phase, me } = state;
  if (phase === 'elsewhere' || phase === 'paused') {
    const [title, text] = words.away[phase];
    return (
      <Notice title={title} text={text}>
        <button type="button" class="main" ref={focus} onClick={() => void (phase === 'paused' ? judging.resume() : judging.start(true))}>
          {phase === 'paused' ? words.resume : words.here}
        </button>
      </Notice>
    );
  }
  if (typeof phase === 'object') {
    const [title, text] = words.failures[phase.failure] ?? [phase.failure, ''];
    return (
      <Notice title={title} text={text} detail={phase.detail}>
        {phase.failure === 'unreachable' && (
          <button type="button" class="main" onClick={() => void judging.signIn()}>
            {words.again}
          </button>
        )}
        {phase.failure === 'notRater' && <a href={`${base}/console`}>/console</a>}
        {phase.goOn !== undefined && (
          <button type="button" class="main" onClick={() => void judging.enter()}>
            {words.goOn(phase.goOn)}
          </button>
        )}
      </Notice>
    );
  }
  if (phase === 'starting' || me === null) return <Notice title={words.loading} />;
  if (phase === 'guidelines') {
    return (
      <main class="notice wide">
        <h2>{words.guidelines}</h2>
        <Drawn text={guidelines} language={me.language} />
        <button type="button" class="main" ref={focus} onClick={() => judging.readGuidelines()}>
          {words.start}
        </button>
      </main>
    );
  }
  const { current } = judging;
  if (current === null) return <Nothing judging={judging} state={state} words={words} />;
  if (state.introduced !== current.stage && (current.stage !== 'judging' || state.introduced !== null)) {
    const { title, text, start } = words.rounds[current.stage];
    return (
      <Notice title={title} text={text(current.stage === 'qualification' ? me.qualification : me.practice)}>
        <button type="button" class="main" ref={focus} onClick={() => judging.introduce(current.stage)}>
          {start}
        </button>
      </Notice>
    );
  }
  return <PairScreen judging={judging} state={state} words={words} blocked={blocked} open={open} />;
}

/** No pair is there: the end, or not yet one. */
function Nothing({ judging, state, words }: { judging: Judging; state: State; words: Words }) {
  const end = state.noneLeft === null ? undefined : words.ends[state.noneLeft];
  if (end === undefined) {
    const away = state.offline ? words.failures.unreachable : undefined;
    return <Notice title={away?.[0] ?? words.loading} text={away?.[1]} />;
  }
  return (
    <Notice title={end[0]} text={end[1]}>
      <button type="button" class="main" onClick={() => void judging.topUp()}>
        {words.again}
      </button>
      {judging.canUndo && (
        <button type="button" class="quiet" onClick={() => judging.undo()}>
          {words.undo}
        </button>
      )}
    </Notice>
  );
}

function Notice({ title, text, detail, children }: { title: string; text?: string; detail?: string; children?: preact.ComponentChildren }) {
  return (
    <main class="notice">
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {detail && <p lang="en">{detail}</p>}
      <p class="choices">{children}</p>
    </main>
  );
}

function Waiting({ judging, state, words }: { judging: Judging; state: State; words: Words }) {
  return (
    <div class="status" role="status">
      {state.waiting > 0 && (
        <span class={state.offline ? 'chip' : 'chip soon'} data-waiting={state.waiting}>
          {words.waiting(state.waiting)}
        </span>
      )}
      <Said state={state} words={words} />
      {state.tired && state.phase === 'judging' && (
        <span class="said tired">
          {words.tired}{' '}
          <button type="button" class="quiet" onClick={() => judging.pause()}>
            {words.pause}
          </button>
          <button type="button" class="quiet" onClick={() => judging.rested()}>
            {words.notNow}
          </button>
        </span>
      )}
    </div>
  );
}

function Said({ state, words }: { state: State; words: Words }) {
  const { note } = state;
  if (note !== null && typeof note === 'object') {
    const known = words.problems[note.name];
    return (
      <span class="said">
        {words.refused} {known ?? <span lang="en">{note.refused}</span>}
      </span>
    );
  }
  const said = note !== null ? words.notes[note] : state.offline ? words.notes.offline : isAlone() ? words.notes.insecure : null;
  return said === null ? null : <span class="said">{said}</span>;
}

/** The guidelines, drawn; drawn again once what they need, such as formulas, is there. */
function useDrawn(source: string): HTMLElement {
  const [loaded, setLoaded] = useState('');
  useEffect(() => {
    // external system: scripts that are fetched on demand
    const text = read(source);
    if (text.needs.length > 0) void load([text]).then(() => setLoaded(source));
  }, [source]);
  return useMemo(() => draw(read(source)), [source, loaded === source]);
}

function useJudging(judging: Judging): State {
  const [, redraw] = useState(0);
  useEffect(() => judging.subscribe(() => redraw((n) => n + 1)), [judging]); // external system: the visit's store
  return judging.state;
}
