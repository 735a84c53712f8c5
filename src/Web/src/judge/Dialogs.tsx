/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Schemas } from '../shared/client';
import { type Action, isReserved, keyMap, keysAreOn, nameOf, resetKeys, setKey, signOf, switchKeys } from './keys';
import type { Words } from './words';

function Dialog({ title, words, close, children }: { title: string; words: Words; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []); // external system: the browser's top layer
  return (
    <dialog ref={dialog} onClose={close} aria-label={title}>
      <h2>{title}</h2>
      {children}
      <button type="button" class="quiet" onClick={close}>
        {words.close}
      </button>
    </dialog>
  );
}

export function Guidelines({ words, text, language, close }: { words: Words; text: HTMLElement; language: string; close: () => void }) {
  return (
    <Dialog title={words.guidelines} words={words} close={close}>
      <Drawn text={text} language={language} />
    </Dialog>
  );
}

/** An element that was drawn outside of Preact. */
export function Drawn({ text, language }: { text: HTMLElement; language: string }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => host.current?.replaceChildren(text), [text]); // external system: elements of render.ts
  return <div ref={host} lang={language} />;
}

export function Help({ words, bothBad, strength, close }: { words: Words; bothBad: boolean; strength: boolean; close: () => void }) {
  const [, redraw] = useState(0);
  const [changing, setChanging] = useState<Action | null>(null);
  const map = keyMap();
  const change = (work: () => void) => {
    work();
    setChanging(null);
    redraw((n) => n + 1);
  };
  const onKey = (event: KeyboardEvent, action: Action) => {
    if (changing !== action || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') setChanging(null);
    else if (event.key === 'Backspace' || event.key === 'Delete') change(() => setKey(action, ''));
    else if (!isReserved(event.key)) change(() => setKey(action, nameOf(event)));
  };
  const offered = (Object.keys(words.keys) as Action[]).filter(
    (each) => (each !== 'fourth' || bothBad) && (each !== 'strength' || strength),
  );
  return (
    <Dialog title={words.helpTitle} words={words} close={close}>
      <p>
        <label>
          <input
            type="checkbox"
            checked={keysAreOn()}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              change(() => switchKeys(on));
            }}
          />{' '}
          {words.keysOn}
        </label>
      </p>
      <p class="soft">{words.keysNote}</p>
      <dl class="keys">
        {offered.map((action) => (
          <div key={action}>
            <dt>
              <button
                type="button"
                data-key-of={action}
                aria-label={`${words.keys[action]}: ${map[action] === '' ? words.noKey : signOf(map[action])}`}
                aria-pressed={changing === action}
                onClick={() => setChanging(changing === action ? null : action)}
                onKeyDown={(event) => onKey(event, action)}
                onBlur={() => setChanging(null)}
              >
                {changing === action ? words.pressKey : <kbd>{map[action] === '' ? '–' : signOf(map[action])}</kbd>}
              </button>
            </dt>
            <dd>{words.keys[action]}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="quiet" onClick={() => change(resetKeys)}>
        {words.resetKeys}
      </button>
    </Dialog>
  );
}

export function SkipReasons({ words, skip, close }: { words: Words; skip: (reason: string) => void; close: () => void }) {
  return (
    <Dialog title={words.skipTitle} words={words} close={close}>
      <p>{words.skipNote}</p>
      <div class="reasons">
        {Object.entries(words.skipReasons).map(([reason, text]) => (
          <button type="button" key={reason} data-reason={reason} onClick={() => skip(reason)}>
            {text}
          </button>
        ))}
      </div>
    </Dialog>
  );
}

export function ReportProblem({
  words,
  report,
  close,
}: {
  words: Words;
  report: (kind: Schemas['ProblemKind'], comment: string) => void;
  close: () => void;
}) {
  const [comment, setComment] = useState('');
  return (
    <Dialog title={words.reportTitle} words={words} close={close}>
      <p>{words.reportNote}</p>
      <label class="comment">
        <span>{words.reportComment}</span>
        <textarea rows={2} maxLength={1000} value={comment} onInput={(event) => setComment(event.currentTarget.value)} />
      </label>
      <div class="reasons">
        {(Object.entries(words.problemKinds) as [Schemas['ProblemKind'], string][]).map(([kind, text], index) => (
          <button type="button" key={kind} autofocus={index === 0} data-kind={kind} onClick={() => report(kind, comment)}>
            {text}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
