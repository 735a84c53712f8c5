import { storage } from '../shared/storage';

const KEPT = 'prefeval.keys';

/** What a key does, and the key that it has until the rater chooses another. */
export const standard = {
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  showA: 'a',
  showB: 'b',
  strength: 'm',
  undo: 'u',
  skip: 's',
  comment: 'c',
  report: 'x',
  plain: 'p',
  guidelines: 'g',
  help: '?',
} as const;

export type Action = keyof typeof standard;

/** '' is no key. */
export type KeyMap = Record<Action, string>;

interface Kept {
  on: boolean;
  keys: Partial<KeyMap>;
}

let kept = readKept();

/** Single keys can be switched off, all of them or one by one, and changed (WCAG 2.1.4). */
export const keysAreOn = () => kept.on;
export const keyMap = (): KeyMap => ({ ...standard, ...kept.keys });
export const keyOf = (action: Action) => (kept.on ? keyMap()[action] : '');

export function switchKeys(on: boolean): void {
  keep({ ...kept, on });
}

/** Gives the action this key; another that had it has none. */
export function setKey(action: Action, key: string): void {
  const keys = { ...kept.keys, [action]: key };
  for (const [other, had] of Object.entries(keyMap()) as [Action, string][])
    if (key !== '' && had === key && other !== action) keys[other] = '';
  keep({ ...kept, keys });
}

export const resetKeys = () => keep({ ...kept, keys: {} });

export function actionOf(event: KeyboardEvent): Action | undefined {
  const key = nameOf(event);
  return (Object.entries(keyMap()) as [Action, string][]).find(([, each]) => each === key)?.[0];
}

/** The same for full-width characters and capitals. */
export const nameOf = (event: KeyboardEvent) => (event.key.length === 1 ? event.key.normalize('NFKC').toLowerCase() : event.key);

/** Keys that move about, type or leave are not for votes. */
export const isReserved = (key: string) => /^(Tab|Enter|Escape| |Shift|Control|Alt|Meta|Dead|Unidentified|Process|F\d+)$/.test(key);

const signs: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };
export const signOf = (key: string) => signs[key] ?? (key.length === 1 ? key.toUpperCase() : key);

function keep(next: Kept): void {
  kept = next;
  storage.set(KEPT, JSON.stringify(next));
}

function readKept(): Kept {
  try {
    const read = JSON.parse(storage.get(KEPT) ?? '{}') as Partial<Kept>;
    return { on: read.on ?? true, keys: read.keys ?? {} };
  } catch {
    return { on: false, keys: {} }; // 'off', as it was kept before keys could be chosen
  }
}
