import { api, ask, Refused, type Schemas, signIn, takeKey } from '../shared/client';
import { storage } from '../shared/storage';
import { onLeave, release } from './leave';
import { type Choice, type Entry, Outbox, ownerOf, type Stored } from './outbox';
import { Pace } from './pace';
import { afterPaint } from './paint';
import { drop, type Pair, type Side, type Stage, toPair } from './pair';
import { stealTurn, takeTurn } from './tab';

export type { Pair, Side };
export type Me = Schemas['Me'];

/** What is said in passing; gone with the next vote. */
export type Note = 'changed' | 'memory' | 'fast' | 'reported' | { refused: string; name: string };

export type Phase = 'starting' | 'elsewhere' | 'guidelines' | 'judging' | 'paused' | { failure: string; detail?: string; goOn?: string };

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
  /** A break is due. */
  tired: boolean;
  /** The round that was explained last. */
  introduced: Stage | null;
  /** A practice pair that was answered; its word comes with the service's answer. */
  feedback: { assignment: string; word: Schemas['Feedback'] | null } | null;
}

const AHEAD = 3;
const MOST_LEASES = 10;
const KEPT_FOR_UNDO = 30;
const LOOK_AGAIN = 30_000;
const ASK_ABOUT_HER_EVERY = 10;

/** The rater's visit: what she holds, what she said, and what the service knows of it. */
export class Judging {
  // biome-ignore format: the first state
  state: State = {
    phase: 'starting', me: null, pairs: [], at: 0, showing: 0, noneLeft: null, waiting: 0, offline: false, note: null, tired: false, introduced: null, feedback: null,
  };
  private outbox: Outbox | null = null;
  private readonly pace = new Pace();
  private readonly listeners = new Set<() => void>();
  /** Pairs that are done here, though the service may not know it yet. */
  private readonly done = new Set<string>();
  private key: string | null = null;
  private asking = false;
  private askAgain = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private waitForTurn = new AbortController();
  private released: Promise<unknown> = Promise.resolve();

  constructor() {
    onLeave(
      () => this.giveBack(),
      () => void this.topUp(),
    );
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get current(): Pair | null {
    return this.state.pairs[this.state.at] ?? null;
  }

  /** Once this tab is the one that judges. `steal`: now, whichever tab it is. */
  async start(steal = false): Promise<void> {
    this.key ??= takeKey();
    if (steal) this.waitForTurn.abort();
    this.waitForTurn = new AbortController();
    const lost = () => {
      this.outbox?.stop();
      clearTimeout(this.retry);
      void this.start();
    };
    const waits = () => this.set({ phase: 'elsewhere' });
    if (await (steal ? stealTurn(lost) : takeTurn(waits, lost, this.waitForTurn.signal))) await this.signIn();
  }

  async signIn(): Promise<void> {
    const { key } = this;
    this.set({ phase: 'starting', feedback: null });
    try {
      if (key !== null && (await signIn(key)).role !== 'rater') return this.set({ phase: { failure: 'notRater' } });
      this.key = null;
      await this.enter();
    } catch (why) {
      if (!(why instanceof Refused) || why.status >= 500) {
        this.set({ phase: { failure: 'unreachable' } });
        // The key is gone from the address bar: it goes back there until it has been used.
        if (key !== null) history.replaceState(history.state, '', `#${encodeURIComponent(key)}`);
        this.later(() => void this.signIn());
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
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
    this.outbox ??= new Outbox(ownerOf(me), {
      changed: () => this.set(this.outboxState()),
      stored: (judgment) => this.stored(judgment),
      refused: (entry, why) => this.refused(entry, why),
      signedOut: () => this.set({ phase: { failure: 'badKey' } }),
    });
    for (const [, entry] of this.outbox.entries()) if (entry.kind !== 'problem') this.done.add(entry.assignment);
    this.set({
      me: this.withUnsent(me),
      pairs: this.state.pairs.slice(0, this.state.at), // what she holds may be another's by now
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

  /** The round was explained. */
  introduce(stage: Stage): void {
    this.set({ introduced: stage, showing: this.state.showing + 1 });
  }

  /** Gives back what lies ahead, so that nobody waits for it. */
  pause(): void {
    this.giveBack();
    this.rested();
    clearTimeout(this.retry);
    this.set({ phase: 'paused', feedback: null });
  }

  async resume(): Promise<void> {
    this.set({ phase: 'starting' });
    await this.released;
    await this.signIn();
  }

  rested(): void {
    this.pace.rested();
    this.set({ tired: false });
  }

  vote(choice: Choice, durationMs: number, layout: Schemas['ScreenLayout']): void {
    const { me, pairs, at } = this.state;
    const pair = pairs[at];
    if (pair === undefined || me === null || this.outbox === null || this.state.feedback !== null) return;
    const first = pair.choice === null;
    const practice = pair.stage === 'practice';
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
        ...(pair.reasons.length === 0 ? {} : { reasons: pair.reasons }),
        ...(pair.strength !== null && (choice === 'left' || choice === 'right') ? { strength: pair.strength } : {}),
        ...(Object.keys(pair.criteria).length === 0 ? {} : { criteria: pair.criteria }),
      },
    });
    const judged = first && pair.stage === 'judging' ? { judged: me.judged + 1, judged_today: me.judged_today + 1 } : {};
    const fast = this.pace.isFast(durationMs, first ? pair.length : 0);
    this.set({ me: { ...me, ...judged }, note: !kept ? 'memory' : fast ? 'fast' : null, tired: this.pace.voted(Date.now()) });
    const after = pairs.map((p) => (p === pair ? voted : p));
    if (practice) this.set({ pairs: after, feedback: { assignment: pair.id, word: null }, ...this.outboxState() });
    else this.goOn(after);
  }

  /** On from a practice pair. */
  next(): void {
    this.set({ feedback: null });
    this.goOn(this.state.pairs);
  }

  skip(reason: string): void {
    const pair = this.current;
    if (pair === null || pair.choice !== null || this.outbox === null) return;
    this.done.add(pair.id);
    const kept = this.outbox.add({ kind: 'skip', assignment: pair.id, reason });
    this.set({ note: kept ? null : 'memory' });
    this.goOn(this.state.pairs.filter((p) => p !== pair));
  }

  /** Tells the researcher; the pair can still be judged, or skipped. */
  report(kind: Schemas['ProblemKind'], comment: string): void {
    const pair = this.current;
    if (pair === null || this.outbox === null) return;
    const said = comment.trim() === '' ? {} : { comment: comment.trim() };
    const kept = this.outbox.add({ kind: 'problem', assignment: pair.id, body: { kind, ...said } });
    this.set({ note: kept ? 'reported' : 'memory', ...this.outboxState() });
  }

  get canUndo(): boolean {
    return this.state.feedback === null && this.state.pairs[this.state.at - 1]?.stage === (this.current?.stage ?? 'judging');
  }

  /** Navigation only: the stored judgment stands until she chooses again. */
  undo(): void {
    if (this.canUndo) this.set({ at: this.state.at - 1, showing: this.state.showing + 1, note: null });
  }

  /** Kept here until she votes: a comment, reasons, how much better the winner is. */
  note(change: Partial<Pick<Pair, 'comment' | 'reasons' | 'strength' | 'criteria'>>): void {
    const pair = this.current;
    if (pair !== null) this.set({ pairs: this.state.pairs.map((p) => (p === pair ? { ...p, ...change } : p)) });
  }

  /** What she says by a criterion; null takes it back. */
  judge(criterion: string, choice: Choice | null): void {
    const { [criterion]: _, ...others } = this.current?.criteria ?? {};
    this.note({ criteria: choice === null ? others : { ...others, [criterion]: choice } });
  }

  /** Asks for pairs until enough lie ahead. The service answers those that she holds, and new ones. */
  async topUp(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    const { me } = this.state;
    if (me === null || !this.isHere) return;
    this.asking = true;
    try {
      do {
        this.askAgain = false;
        const count = Math.min(MOST_LEASES, AHEAD + (this.outbox?.entries().length ?? 0));
        const path = { study: me.study };
        const given = await ask(
          api.POST('/api/v1/studies/{study}/assignments', { params: { path }, body: { count }, signal: AbortSignal.timeout(20_000) }),
        );
        await this.take(given);
      } while (this.askAgain && this.isHere);
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

  private get isHere(): boolean {
    return this.state.phase === 'judging' || this.state.phase === 'guidelines';
  }

  private async take(given: Schemas['Assignments']): Promise<void> {
    if (!this.isHere) return this.giveBack(given.items.map((item) => item.assignment)); // she paused while they were on their way
    const listed = new Set(given.items.map((item) => item.assignment));
    // What she looks at and what she has judged stays; a pair ahead that is no longer hers goes.
    this.set({ pairs: this.state.pairs.filter((pair, index) => index <= this.state.at || pair.choice !== null || listed.has(pair.id)) });
    const isNew = (id: string) => !this.done.has(id) && !this.state.pairs.some((pair) => pair.id === id);
    for (const item of given.items.filter((each) => isNew(each.assignment))) {
      const pair = await toPair(item, this.state.me?.language ?? '');
      if (!isNew(pair.id)) continue;
      const wasEmpty = this.current === null;
      this.set({ pairs: [...this.state.pairs, pair], noneLeft: given.none_left ?? null });
      if (wasEmpty) this.set({ showing: this.state.showing + 1 });
      await new Promise((resolve) => setTimeout(resolve)); // keys come before the next drawing
    }
    this.set({ noneLeft: given.none_left ?? null });
    if (this.current === null) {
      if (given.none_left != null) void this.askAboutHer();
      this.later(() => void this.topUp(), LOOK_AGAIN);
    }
  }

  /** To the first pair without a choice; the oldest judged ones are forgotten. */
  private goOn(pairs: Pair[]): void {
    const next = pairs.findIndex((pair) => pair.choice === null);
    const at = next < 0 ? pairs.length : next;
    const forget = Math.max(0, at - KEPT_FOR_UNDO);
    pairs.slice(0, Math.max(0, at)).forEach(drop);
    this.set({ pairs: pairs.slice(forget), at: at - forget, showing: this.state.showing + 1, ...this.outboxState() });
    afterPaint(() => void this.topUp());
  }

  /** What she holds and has not judged. */
  private giveBack(held = this.state.pairs.map((pair) => pair.id)): void {
    const open = held.filter((id) => !this.done.has(id));
    if (this.state.me !== null && this.state.phase !== 'elsewhere') this.released = release(this.state.me.study, open);
  }

  private stored(judgment: Stored): void {
    const pairs = this.state.pairs.map((pair) => (pair.id === judgment.assignment ? { ...pair, revision: judgment.revision } : pair));
    const pair = pairs.find((each) => each.id === judgment.assignment);
    this.set({ pairs, ...this.outboxState() });
    if (this.state.feedback?.assignment === judgment.assignment) {
      if (judgment.feedback) this.set({ feedback: { assignment: judgment.assignment, word: judgment.feedback } });
      else this.next();
    }
    const judged = this.state.me?.judged ?? 0;
    if (pair?.stage !== 'judging' || judged % ASK_ABOUT_HER_EVERY === 0) void this.askAboutHer();
    if (this.current === null) void this.topUp();
  }

  /** How far she and the study are. */
  private async askAboutHer(): Promise<void> {
    const { showing } = this.state;
    const now = await ask(api.GET('/api/v1/me')).catch(() => null);
    const { me } = this.state;
    if (now === null || me === null) return;
    // Where she voted in between, only this page knows how many there are.
    const { judged, judged_today } = showing === this.state.showing ? this.withUnsent(now) : me;
    this.set({ me: { ...now, judged, judged_today } });
  }

  private withUnsent(me: Me): Me {
    const ofAnotherRound = new Set(this.state.pairs.filter((pair) => pair.stage !== 'judging').map((pair) => pair.id));
    const unsent =
      this.outbox
        ?.entries()
        .filter(([, entry]) => entry.kind === 'judgment' && entry.body.after === 0 && !ofAnotherRound.has(entry.assignment)).length ?? 0;
    return { ...me, judged: me.judged + unsent, judged_today: me.judged_today + unsent };
  }

  private refused(entry: Entry, why: Refused): void {
    if (entry.kind === 'skip') return; // it was judged or is gone: there is nothing to skip any more
    const changed = why.name === 'judgment-changed';
    const current = (why.problem as { current?: Schemas['OwnJudgment'] }).current;
    this.set({ note: changed ? 'changed' : { refused: why.message, name: why.name }, ...this.outboxState() });
    if (this.state.feedback?.assignment === entry.assignment) this.next();
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

/** Guidelines that were changed are shown again. */
function guidelinesKey(me: Me): string {
  let hash = 0;
  for (const char of me.guidelines) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return `prefeval.guidelines/${me.study}/${(hash >>> 0).toString(36)}`;
}
