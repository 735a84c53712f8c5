import { api } from '../shared/client';

/** Gives pairs back that were not judged, also while the page goes away. Lost on the way, they come free when their lease ends. */
export function release(study: string, assignments: string[]): Promise<unknown> {
  if (assignments.length === 0) return Promise.resolve();
  const path = { study };
  return api
    .POST('/api/v1/studies/{study}/assignments/release', { params: { path }, body: { assignments }, keepalive: true })
    .catch(() => {});
}

/**
 * Calls when the page is left for good. Not for a reload, where a browser can tell (its Navigation API): the page that comes would ask for
 * the same pairs while they are being given back. Where it cannot, that does no harm: they come back to her on the same sides.
 * A phone that puts the page aside tells nothing reliable; then the leases end by themselves.
 */
export function onLeave(left: () => void, back: () => void): void {
  let reloads = false;
  const navigation = (window as { navigation?: EventTarget }).navigation;
  navigation?.addEventListener('navigate', (event) => {
    reloads = (event as Event & { navigationType?: string }).navigationType === 'reload';
  });
  addEventListener('pagehide', () => {
    if (!reloads) left();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) back();
  });
}
