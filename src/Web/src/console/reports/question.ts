/** What may be asked of a report; what is not given is as the study declared it. */
export const FIELDS = [
  'model',
  'baseline',
  'by',
  'unit',
  'scope',
  'confidence',
  'criterion',
  'category',
  'tag',
  'language',
  'wave',
  'raters',
  'leaks',
  'at',
] as const;
export type Field = (typeof FIELDS)[number];
export type Question = Partial<Record<Field, string>>;

/** The question stands in the address, so that it can be sent to somebody else. */
export function readQuestion(search: URLSearchParams): Question {
  return Object.fromEntries(FIELDS.flatMap((field) => (search.has(field) ? [[field, search.get(field) ?? '']] : [])));
}

/** What is no number stays one for the service, which says so by name. */
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** The part of it that every report takes. */
export const filterOf = ({ category, tag, language, wave, raters, leaks, at }: Question) => ({
  category,
  tag,
  language,
  wave: number(wave),
  raters,
  leaks,
  at: number(at),
});

export const toQuery = (question: Question) => ({
  ...filterOf(question),
  model: question.model,
  baseline: question.baseline,
  by: question.by,
  unit: question.unit,
  scope: question.scope,
  confidence: number(question.confidence),
  criterion: question.criterion,
});

/** The filters that are set by choosing a slice, and taken off one by one. */
export const CHIPS = ['category', 'tag', 'language', 'wave', 'at'] as const satisfies Field[];
