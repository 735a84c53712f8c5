/*
 * One tab of a browser judges at a time, so that no pair stands in two and the session is one person's. The browser's lock goes with the tab,
 * however that ends. It exists in secure contexts only; elsewhere the page says that it wants to be alone.
 */
const LOCK = 'prefeval.judge';

export const isAlone = () => navigator.locks === undefined;

/** True once this tab may judge. At once where no other does; `waits` is told first where one does. */
export function takeTurn(waits: () => void, lost: () => void, signal: AbortSignal): Promise<boolean> {
  return hold({ ifAvailable: true }, lost).then((free) => {
    if (free || signal.aborted) return free;
    waits();
    return hold({ signal }, lost);
  });
}

/** Takes it from the tab that has it. */
export const stealTurn = (lost: () => void) => hold({ steal: true }, lost);

function hold(options: LockOptions, lost: () => void): Promise<boolean> {
  if (navigator.locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    let had = false;
    const forGood = navigator.locks.request(LOCK, options, (lock) => {
      had = lock !== null;
      resolve(had);
      return had ? new Promise<void>(() => {}) : undefined;
    });
    forGood.catch(() => (had ? lost() : resolve(false))); // another tab took it; or the wait was ended
  });
}
