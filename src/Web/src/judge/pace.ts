const REST_AFTER = 30 * 60_000;
/** Whoever was away as long as this has rested. */
const RESTED = 5 * 60_000;
const IN_A_ROW = 3;
const SLOWEST = 3000;
const PER_CHARACTER = 10;

/** How the work goes: when a break would do good, and whether votes come faster than anybody reads. It says so, and hinders nothing. */
export class Pace {
  private since: number | null = null;
  private last = 0;
  private fast = 0;

  /** After a vote: whether a break is due. */
  voted(now: number): boolean {
    if (this.since === null || now - this.last > RESTED) this.since = now;
    this.last = now;
    return now - this.since >= REST_AFTER;
  }

  rested(): void {
    this.since = null;
  }

  /** Several in a row in less time than a glance at so many characters takes. */
  isFast(durationMs: number, characters: number): boolean {
    this.fast = durationMs < Math.min(SLOWEST, characters * PER_CHARACTER) ? this.fast + 1 : 0;
    return this.fast >= IN_A_ROW;
  }
}
