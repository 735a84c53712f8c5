import type { Language } from '../../shared/language';

export const whole = (value: number) => value.toLocaleString('en');

/** A local day of the study; it is not moved to the reader's time zone. */
export const dayOf = (day: string, language: Language) =>
  new Date(`${day}T00:00Z`).toLocaleDateString(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
