/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { storage } from '../shared/storage';
import type { Words } from './words';

const KEYS = 'prefeval.keys';

/** Single keys can be switched off (WCAG 2.1.4). */
export const keysAreOn = () => storage.get(KEYS) !== 'off';

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

export function Guidelines({ words, html, language, close }: { words: Words; html: string; language: string; close: () => void }) {
  return (
    <Dialog title={words.guidelines} words={words} close={close}>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised in render.ts */}
      <div class="text" lang={language} dangerouslySetInnerHTML={{ __html: html }} />
    </Dialog>
  );
}

export function Help({ words, bothBad, strength, close }: { words: Words; bothBad: boolean; strength: boolean; close: () => void }) {
  const [on, setOn] = useState(keysAreOn);
  const rows: [string, string][] = [
    [bothBad ? '1 2 3 4' : '1 2 3', words.keys.vote],
    ['← →', words.keys.sides],
    ['A B', words.keys.show],
    ...(strength ? ([['M', words.keys.strength]] as [string, string][]) : []),
    ['U', words.keys.undo],
    ['S', words.keys.skip],
    ['C', words.keys.comment],
    ['G', words.keys.guidelines],
    ['?', words.keys.help],
  ];
  return (
    <Dialog title={words.helpTitle} words={words} close={close}>
      <dl class="keys">
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>
        <label>
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              storage.set(KEYS, event.currentTarget.checked ? 'on' : 'off');
              setOn(event.currentTarget.checked);
            }}
          />{' '}
          {words.keysOn}
        </label>
      </p>
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
