import { api, ask, Refused, type Schemas } from '../shared/client';
import { storage } from '../shared/storage';
import { afterPaint } from './paint';

export type Choice = Schemas['Choice'];

export type Stored = Schemas['OwnJudgment'];

/** Something that the rater did and the service has not confirmed. */
export type Entry =
  | { kind: 'judgment'; assignment: string; body: Schemas['PutJudgment'] & { choice: Choice } }
  | { kind: 'skip'; assignment: string; reason: string }
  | { kind: 'problem'; assignment: string; body: Schemas['ReportProblem'] };

export interface Listener {
  changed(): void;
  stored(judgment: Stored): void;
  refused(entry: Entry, why: Refused): void;
  signedOut(): void;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
const GIVE_UP_ANSWER = 20_000;

/**
 * Votes on their way. localStorage rather than IndexedDB because it is written before the next line runs: the vote is kept before the next
 * pair is painted. A key of its own for each entry, so that two tabs cannot overwrite each other's.
 */
export class Outbox {
  /** The last attempt failed: the network or the service is away. */
  stalled = false;
  private readonly owner: string;
  private readonly prefix: string;
  private readonly inMemory = new Map<string, Entry>();
  private readonly listener: Listener;
  private count = 0;
  private running = false;
  private stopped = false;
  private wake: () => void = () => {};

  constructor(owner: string, listener: Listener) {
    this.owner = owner;
    this.prefix = `prefeval.outbox/${owner}/`;
    this.listener = listener;
    addEventListener('online', () => this.wake());
  }

  /** Oldest first. */
  entries(): [key: string, entry: Entry][] {
    const kept = storage.keys().filter((key) => key.startsWith(this.prefix));
    return [...kept, ...this.inMemory.keys()].sort().flatMap((key) => {
      const entry = this.read(key);
      return entry === null ? [] : [[key, entry] as [string, Entry]];
    });
  }

  /** False where the browser keeps nothing, so that leaving the page would lose it. */
  add(entry: Entry): boolean {
    const key = `${this.prefix}${Date.now()}-${String(this.count++).padStart(6, '0')}`;
    const kept = storage.set(key, JSON.stringify(entry));
    if (!kept) this.inMemory.set(key, entry);
    afterPaint(() => this.send());
    return kept;
  }

  /** Sends what waits, in order, until nothing does. */
  send(): void {
    this.stopped = false;
    this.wake();
    if (!this.running) void this.run();
  }

  /** Another tab goes on; what waits is its to send. */
  stop(): void {
    this.stopped = true;
    this.wake();
  }

  private async run(): Promise<void> {
    this.running = true;
    let pause = FIRST_PAUSE;
    let outcome = await this.attempt();
    while (outcome === 'done' || outcome === 'later') {
      this.stalled = outcome === 'later';
      this.listener.changed();
      if (outcome === 'later') await this.pause(pause);
      pause = outcome === 'done' ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      outcome = await this.attempt();
    }
    this.running = false;
    this.listener.changed();
    if (outcome === 'empty' && !this.stopped && this.entries().length > 0) this.send(); // a vote came in between
  }

  /** Until the time is over, or something happens that makes another attempt worth it. */
  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private attempt(): Promise<Outcome> {
    return oneTabAtATime(() => this.sendFirst());
  }

  private async sendFirst(): Promise<Outcome> {
    const first = this.entries()[0];
    if (first === undefined || this.stopped) return 'empty';
    const [key, entry] = first;
    try {
      const stored = await put(key, entry);
      this.drop(key);
      if (stored !== null) {
        // A second vote on the same pair was made upon this one.
        for (const [later, next] of this.entries()) {
          if (next.kind === 'judgment' && next.assignment === entry.assignment)
            this.write(later, { ...next, body: { ...next.body, after: stored.revision } });
        }
        this.listener.stored(stored);
      }
      return 'done';
    } catch (why) {
      if (!(why instanceof Refused) || why.status >= 500 || why.status === 408 || why.status === 429) return 'later';
      if (why.status === 401) {
        this.listener.signedOut();
        return 'signed-out';
      }
      if ((why.status === 403 || why.status === 404) && (await this.isAnother())) {
        this.listener.signedOut(); // the browser's session is another person's now: hers waits for her
        return 'signed-out';
      }
      this.drop(key);
      this.listener.refused(entry, why);
      return 'done';
    }
  }

  private async isAnother(): Promise<boolean> {
    const me = await ask(api.GET('/api/v1/me')).catch(() => null);
    return me === null || ownerOf(me) !== this.owner;
  }

  private read(key: string): Entry | null {
    const text = storage.get(key);
    return text === null ? (this.inMemory.get(key) ?? null) : (JSON.parse(text) as Entry);
  }

  private write(key: string, entry: Entry): void {
    if (this.inMemory.has(key) || !storage.set(key, JSON.stringify(entry))) this.inMemory.set(key, entry);
  }

  private drop(key: string): void {
    storage.remove(key);
    this.inMemory.delete(key);
  }
}

type Outcome = 'empty' | 'done' | 'later' | 'signed-out';

export const ownerOf = (me: Pick<Schemas['Me'], 'study' | 'name'>) => `${me.study}.${me.name}`;

/** Each may be repeated: the second time changes nothing. */
async function put(key: string, entry: Entry): Promise<Stored | null> {
  const path = { assignment: entry.assignment };
  const signal = AbortSignal.timeout(GIVE_UP_ANSWER);
  if (entry.kind === 'judgment')
    return ask(api.PUT('/api/v1/assignments/{assignment}/judgment', { params: { path }, body: entry.body, signal }));
  if (entry.kind === 'skip')
    await ask(api.DELETE('/api/v1/assignments/{assignment}', { params: { path, query: { reason: entry.reason } }, signal }));
  else {
    const header = { 'Idempotency-Key': key };
    await ask(api.POST('/api/v1/assignments/{assignment}/problems', { params: { path }, body: entry.body, headers: header, signal }));
  }
  return null;
}

/** Locks exist in secure contexts only; elsewhere two tabs may both send, which the service takes as one. */
function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : (navigator.locks.request('prefeval.outbox', work) as Promise<T>);
}
