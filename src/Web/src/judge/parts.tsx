/** @jsxImportSource preact */
import { type Action, keyOf, signOf } from './keys';

/** The key of an action, where it has one. */
export function Key({ of }: { of: Action | undefined }) {
  const key = of === undefined ? '' : keyOf(of);
  return key === '' ? null : <kbd>{signOf(key)}</kbd>;
}

/** One function for all drawings, so that it runs once for each field. */
export const focus = (field: HTMLElement | null) => field?.focus();
