import type { Schemas } from '../shared/client';
import type { Choice } from './outbox';
import { draw, load, type Read, read, rest } from './render';

export type Side = 'left' | 'right';
export type Stage = Exclude<Schemas['Stage'], 'not_qualified'>;

export interface Turn {
  role: string;
  source: string;
  /** Drawn when it arrives, not when it is its turn; dropped once it is judged. */
  drawn: HTMLElement | null;
}

/** A pair as it is held here. */
export interface Pair {
  id: string;
  stage: Stage;
  prompt: Turn[];
  left: Turn[];
  right: Turn[];
  language: string;
  /** Which side a narrow screen shows first: drawn for each pair, so that neither side gains by it. */
  first: Side;
  revision: number;
  choice: Choice | null;
  comment: string;
  /** What made the difference, where she says so. */
  reasons: string[];
  /** How much better the winner is, and what was said by each criterion: where the study asks, and she answers. */
  strength: 1 | 2 | null;
  criteria: Record<string, Choice>;
  /** Characters of both answers. */
  length: number;
}

/** Draws the pair off the screen; what it needs, such as formulas, is fetched first. */
export async function toPair(item: Schemas['Assignment'], language: string): Promise<Pair> {
  const texts: Read[] = [];
  const turns = (messages: Schemas['Message'][]) =>
    messages.map((message) => {
      const source = message.content.replaceAll('\0', '\uFFFD');
      texts.push(read(source));
      return { role: message.role, source, drawn: null };
    });
  const [prompt, left, right]: [Turn[], Turn[], Turn[]] = [turns(item.prompt), turns(item.left), turns(item.right)];
  await load(texts);
  [...prompt, ...left, ...right].forEach((turn, index) => {
    const text = texts[index];
    if (text) turn.drawn = draw(text);
  });
  return {
    id: item.assignment,
    stage: item.stage === 'not_qualified' ? 'judging' : item.stage,
    prompt,
    left,
    right,
    language: item.language ?? language,
    first: Math.random() < 0.5 ? 'left' : 'right',
    revision: item.revision,
    choice: null,
    comment: '',
    reasons: [],
    strength: null,
    criteria: {},
    length: [...left, ...right].reduce((sum, turn) => sum + turn.source.length, 0),
  };
}

/** The turn's element, drawn anew where it was dropped. */
export function drawn(turn: Turn): HTMLElement {
  turn.drawn ??= draw(read(turn.source));
  return turn.drawn;
}

/** The sources stay for an undo; what was drawn from them goes. */
export function drop(pair: Pair): void {
  for (const turn of [...pair.prompt, ...pair.left, ...pair.right]) turn.drawn = null;
}

/** Whether a part of it is shown only when she asks for all. */
export const isCut = (pair: Pair) => [...pair.prompt, ...pair.left, ...pair.right].some((turn) => rest(turn.source) !== '');
