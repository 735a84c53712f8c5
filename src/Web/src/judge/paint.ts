/** After the browser has painted what was changed just now: requests wait for it, so that a vote costs no frame. Hidden pages paint nothing. */
export function afterPaint(work: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(work, 0);
  else requestAnimationFrame(() => setTimeout(work, 0));
}
