import { api, ask, Refused, type Schemas, signIn, takeKey } from '../shared/client';
import { storage } from '../shared/storage';
import { type Choice, type Entry, Outbox } from './outbox';
import { render } from './render';

export type Side = 'left' | 'right';
export type Me = Schemas['Me'];

interface Turn {
  role: string;
  html: string;
}

/** A pair as it is held here: rendered when it arrives, not when it is its turn. */
export interface Pair {
  id: string;
  prompt: Turn[];
  left: Turn[];
  right: Turn[];
  language: string;
  /** Which side a narrow screen shows first: drawn for each pair, so that neither side gains by it. */
  first: Side;
  revision: number;
  choice: Choice | null;
  comment: string;
  /** How much better the winner is, and what was said by each criterion: where the study asks, and she answers. */
  strength: 1 | 2 | null;
  criteria: Record<string, Choice>;
}

export type Note = 'changed' | 'memory' | { refused: string };

export type Phase = 'starting' | 'guidelines' | 'judging' | { failure: string; detail?: string; goOn?: string };

export interface State {
  phase: Phase;
  me: Me | null;
  /** Pairs judged in this visit, the one on the screen (`at`), and those ahead. */
  pairs: Pair[];
  at: number;
  /** Counts the times a pair came to the screen. */
  showing: number;
  noneLeft: Schemas['NoneLeft'] | null;
  waiting: number;
  offline: boolean;
  note: Note | null;
}

const AHEAD = 3;
const MOST_LEASES = 10;
const KEPT_FOR_UNDO = 30;
const LOOK_AGAIN = 30_000;

/** The rater's visit: what she holds, what she said, and what the service knows of it. */
export class Judging {
  state: State = { phase: 'starting', me: null, pairs: [], at: 0, showing: 0, noneLeft: null, waiting: 0, offline: false, note: null };
  private outbox: Outbox | null = null;
  private readonly listeners = new Set<() => void>();
  /** Pairs that are done here, though the service may not know it yet. */
  private readonly done = new Set<string>();
  private asking = false;
  private askAgain = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get current(): Pair | null {
    return this.state.pairs[this.state.at] ?? null;
  }

  async start(): Promise<void> {
    const key = takeKey();
    this.set({ phase: 'starting' });
    try {
      if (key !== null && (await signIn(key)).role !== 'rater') return this.set({ phase: { failure: 'notRater' } });
      await this.enter();
    } catch (why) {
      if (!(why instanceof Refused) || why.status >= 500) {
        this.set({ phase: { failure: 'unreachable' } });
        // The key is gone from the address bar: it goes back there until it has been used.
        if (key !== null) history.replaceState(history.state, '', `#${encodeURIComponent(key)}`);
        this.later(() => void this.start());
      } else if (key !== null && why.status === 401) {
        // A one-time link that was opened before: the browser may still be signed in, but whose session that is must be said.
        const me = await ask(api.GET('/api/v1/me')).catch(() => null);
        this.set({ phase: { failure: 'badKey', goOn: me?.name } });
      } else {
        this.fail(why);
      }
    }
  }

  /** Goes on with the session that the browser has. */
  async enter(): Promise<void> {
    const me = await ask(api.GET('/api/v1/me'));
    this.outbox ??= new Outbox(`${me.study}.${me.name}`, {
      changed: () => this.set(this.outboxState()),
      stored: (judgment) => this.stored(judgment),
      refused: (entry, why) => this.refused(entry, why),
      signedOut: () => this.set({ phase: { failure: 'badKey' } }),
    });
    const waiting = this.outbox.entries();
    for (const [, entry] of waiting) this.done.add(entry.assignment);
    const unsent = waiting.filter(([, entry]) => entry.kind === 'judgment' && entry.body.after === 0).length;
    this.set({
      me: { ...me, judged: me.judged + unsent, judged_today: me.judged_today + unsent },
      phase: me.guidelines.trim() !== '' && storage.get(guidelinesKey(me)) === null ? 'guidelines' : 'judging',
      ...this.outboxState(),
    });
    this.outbox.send();
    await this.topUp();
  }

  readGuidelines(): void {
    if (this.state.me) storage.set(guidelinesKey(this.state.me), 'read');
    this.set({ phase: 'judging', showing: this.state.showing + 1 });
  }

  vote(choice: Choice, durationMs: number, layout: Schemas['ScreenLayout']): void {
    const { me, pairs, at } = this.state;
    const pair = pairs[at];
    if (pair === undefined || me === null || this.outbox === null) return;
    const first = pair.choice === null;
    const voted = { ...pair, choice };
    const comment = pair.comment.trim();
    this.done.add(pair.id);
    const kept = this.outbox.add({
      kind: 'judgment',
      assignment: pair.id,
      body: {
        choice,
        after: pair.revision,
        duration_ms: Math.round(durationMs),
        layout,
        client_at: new Date().toISOString(),
        ...(comment === '' ? {} : { comment }),
        ...(pair.strength !== null && (choice === 'left' || choice === 'right') ? { strength: pair.strength } : {}),
        ...(Object.keys(pair.criteria).length === 0 ? {} : { criteria: pair.criteria }),
      },
    });
    const judged = first ? { judged: me.judged + 1, judged_today: me.judged_today + 1 } : {};
    this.set({ me: { ...me, ...judged }, note: kept ? null : 'memory' });
    this.goOn(pairs.map((p) => (p === pair ? voted : p)));
  }

  skip(reason: string): void {
    const pair = this.current;
    if (pair === null || pair.choice !== null || this.outbox === null) return;
    this.done.add(pair.id);
    const kept = this.outbox.add({ kind: 'skip', assignment: pair.id, reason });
    this.set({ note: kept ? null : 'memory' });
    this.goOn(this.state.pairs.filter((p) => p !== pair));
  }

  /** Navigation only: the stored judgment stands until she chooses again. */
  undo(): void {
    if (this.state.at > 0) this.set({ at: this.state.at - 1, showing: this.state.showing + 1, note: null });
  }

  comment(text: string): void {
    this.note({ comment: text });
  }

  /** How much better the winner is; null takes it back. */
  weigh(strength: 1 | 2 | null): void {
    this.note({ strength });
  }

  /** What she says by a criterion; null takes it back. */
  judge(criterion: string, choice: Choice | null): void {
    const { [criterion]: _, ...others } = this.current?.criteria ?? {};
    this.note({ criteria: choice === null ? others : { ...others, [criterion]: choice } });
  }

  /** Kept here until she votes. */
  private note(change: Partial<Pair>): void {
    const pair = this.current;
    if (pair !== null) this.set({ pairs: this.state.pairs.map((p) => (p === pair ? { ...p, ...change } : p)) });
  }

  /** Asks for pairs until enough lie ahead. The service answers those that she holds, and new ones. */
  async topUp(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    const { me } = this.state;
    if (me === null) return;
    this.asking = true;
    try {
      do {
        this.askAgain = false;
        const count = Math.min(MOST_LEASES, AHEAD + (this.outbox?.entries().length ?? 0));
        const path = { study: me.study };
        const given = await ask(
          api.POST('/api/v1/studies/{study}/assignments', { params: { path }, body: { count }, signal: AbortSignal.timeout(20_000) }),
        );
        this.take(given);
      } while (this.askAgain);
      this.set({ offline: this.outbox?.stalled ?? false });
    } catch (why) {
      if (why instanceof Refused && why.status < 500 && why.status !== 429) this.fail(why);
      else {
        this.set({ offline: true });
        this.later(() => void this.topUp());
      }
    } finally {
      this.asking = false;
    }
  }

  private take(given: Schemas['Assignments']): void {
    const { pairs, at, me } = this.state;
    const here = new Map(pairs.map((pair) => [pair.id, pair]));
    const listed = new Set(given.items.map((item) => item.assignment));
    const fresh = given.items
      .filter((item) => !here.has(item.assignment) && !this.done.has(item.assignment))
      .map((item) => toPair(item, me?.language ?? ''));
    // What she looks at and what she has judged stays; a pair ahead that is no longer hers goes.
    const kept = pairs.filter((pair, index) => index <= at || pair.choice !== null || listed.has(pair.id));
    const wasEmpty = this.current === null;
    this.set({ pairs: [...kept, ...fresh], noneLeft: given.none_left ?? null });
    if (wasEmpty && this.current !== null) this.set({ showing: this.state.showing + 1 });
    if (this.current === null && this.state.noneLeft !== null) this.later(() => void this.topUp(), LOOK_AGAIN);
  }

  /** To the first pair without a choice; the oldest judged ones are forgotten. */
  private goOn(pairs: Pair[]): void {
    const next = pairs.findIndex((pair) => pair.choice === null);
    const at = next < 0 ? pairs.length : next;
    const forget = Math.max(0, at - KEPT_FOR_UNDO);
    this.set({ pairs: pairs.slice(forget), at: at - forget, showing: this.state.showing + 1, ...this.outboxState() });
    void this.topUp();
  }

  private stored(judgment: Schemas['OwnJudgment']): void {
    this.set({
      pairs: this.state.pairs.map((pair) => (pair.id === judgment.assignment ? { ...pair, revision: judgment.revision } : pair)),
      ...this.outboxState(),
    });
    if (this.current === null) void this.topUp();
  }

  private refused(entry: Entry, why: Refused): void {
    if (entry.kind === 'skip') return; // it was judged or is gone: there is nothing to skip any more
    const changed = why.name === 'judgment-changed';
    const current = (why.problem as { current?: Schemas['OwnJudgment'] }).current;
    this.set({ note: changed ? 'changed' : { refused: why.message }, ...this.outboxState() });
    if (changed && current) {
      this.set({
        pairs: this.state.pairs.map((p) => (p.id === entry.assignment ? { ...p, revision: current.revision, choice: current.choice } : p)),
      });
    }
  }

  private fail(why: unknown): void {
    if (!(why instanceof Refused)) this.set({ phase: { failure: 'unreachable' } });
    else if (why.status === 401) this.set({ phase: { failure: this.state.me === null ? 'noKey' : 'badKey' } });
    else if (why.name === 'rater-inactive') this.set({ phase: { failure: 'inactive' } });
    else this.set({ phase: { failure: 'gone', detail: why.message } });
  }

  private later(work: () => void, ms = 4000): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(work, ms);
  }

  private outboxState(): Pick<State, 'waiting' | 'offline'> {
    return { waiting: this.outbox?.entries().length ?? 0, offline: this.outbox?.stalled ?? false };
  }

  private set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function toPair(item: Schemas['Assignment'], language: string): Pair {
  const turns = (messages: Schemas['Message'][]) => messages.map((message) => ({ role: message.role, html: render(message.content) }));
  return {
    id: item.assignment,
    prompt: turns(item.prompt),
    left: turns(item.left),
    right: turns(item.right),
    language: item.language ?? language,
    first: Math.random() < 0.5 ? 'left' : 'right',
    revision: item.revision,
    choice: null,
    comment: '',
    strength: null,
    criteria: {},
  };
}

/** Guidelines that were changed are shown again. */
function guidelinesKey(me: Me): string {
  let hash = 0;
  for (const char of me.guidelines) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return `prefeval.guidelines/${me.study}/${(hash >>> 0).toString(36)}`;
}
