/** @jsxImportSource preact */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { keepLanguage, type Language, startLanguage } from '../shared/language';
import { Guidelines, Help, SkipReasons } from './Dialogs';
import type { Judging, State } from './judging';
import { focus, PairScreen } from './PairScreen';
import { render } from './render';
import { dictionary, type Words } from './words';

export type Opened = 'guidelines' | 'help' | 'skip' | null;

export function Judge({ judging }: { judging: Judging }) {
  const state = useJudging(judging);
  const [language, setLanguage] = useState<Language>(startLanguage);
  const [opened, setOpened] = useState<Opened>(null);
  const words = dictionary[language];
  const guidelines = useMemo(() => render(state.me?.guidelines ?? ''), [state.me?.guidelines]);
  const close = () => setOpened(null);

  return (
    <>
      <header class="top">
        <h1>{state.me?.title ?? 'PrefEval'}</h1>
        {state.me && (
          <p class="progress">
            {words.today(state.me.judged_today, state.me.judged)}
            {state.me.quota !== null && state.me.quota !== undefined && words.quota(state.me.quota)}
          </p>
        )}
        <Waiting state={state} words={words} />
        <nav>
          {state.me && state.me.guidelines.trim() !== '' && (
            <button type="button" class="quiet" onClick={() => setOpened('guidelines')}>
              {words.guidelines} <kbd>G</kbd>
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
      {opened === 'guidelines' && <Guidelines words={words} html={guidelines} language={state.me?.language ?? ''} close={close} />}
      {opened === 'help' && (
        <Help words={words} bothBad={state.me?.allow_both_bad ?? true} strength={state.me?.strength ?? false} close={close} />
      )}
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
    </>
  );
}

interface ScreenProps {
  judging: Judging;
  state: State;
  words: Words;
  guidelines: string;
  blocked: boolean;
  open: (what: Opened) => void;
}

function Screen({ judging, state, words, guidelines, blocked, open }: ScreenProps) {
  const { phase, me } = state;
  if (phase === 'starting' || me === null) {
    if (typeof phase !== 'object') return <Notice title={words.loading} />;
  }
  if (typeof phase === 'object') {
    const [title, text] = words.failures[phase.failure] ?? [phase.failure, ''];
    return (
      <Notice title={title} text={text} detail={phase.detail}>
        {phase.failure === 'unreachable' && (
          <button type="button" class="main" onClick={() => void judging.start()}>
            {words.again}
          </button>
        )}
        {phase.failure === 'notRater' && <a href="/console">/console</a>}
        {phase.goOn !== undefined && (
          <button type="button" class="main" onClick={() => void judging.enter()}>
            {words.goOn(phase.goOn)}
          </button>
        )}
      </Notice>
    );
  }
  if (phase === 'guidelines') {
    return (
      <main class="notice wide">
        <h2>{words.guidelines}</h2>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised in render.ts */}
        <div class="text" lang={me?.language} dangerouslySetInnerHTML={{ __html: guidelines }} />
        <button type="button" class="main" ref={focus} onClick={() => judging.readGuidelines()}>
          {words.start}
        </button>
      </main>
    );
  }
  if (judging.current === null) {
    const end = state.noneLeft === null ? undefined : words.ends[state.noneLeft];
    if (end === undefined)
      return (
        <Notice
          title={state.offline ? (words.failures.unreachable?.[0] ?? '') : words.loading}
          text={state.offline ? words.failures.unreachable?.[1] : undefined}
        />
      );
    return (
      <Notice title={end[0]} text={end[1]}>
        <button type="button" class="main" onClick={() => void judging.topUp()}>
          {words.again}
        </button>
        {state.at > 0 && (
          <button type="button" class="quiet" onClick={() => judging.undo()}>
            {words.undo}
          </button>
        )}
      </Notice>
    );
  }
  return <PairScreen judging={judging} state={state} words={words} blocked={blocked} open={open} />;
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

function Waiting({ state, words }: { state: State; words: Words }) {
  const { note } = state;
  const said =
    note === null
      ? state.offline
        ? words.notes.offline
        : null
      : typeof note === 'string'
        ? words.notes[note]
        : words.notes.refused + note.refused;
  return (
    <div class="status" role="status">
      {state.waiting > 0 && (
        <span class={state.offline ? 'chip' : 'chip soon'} data-waiting={state.waiting}>
          {words.waiting(state.waiting)}
        </span>
      )}
      {said !== null && <span class="said">{said}</span>}
    </div>
  );
}

function useJudging(judging: Judging): State {
  const [, redraw] = useState(0);
  useEffect(() => judging.subscribe(() => redraw((n) => n + 1)), [judging]); // external system: the visit's store
  return judging.state;
}
