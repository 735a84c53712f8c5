import type { Schemas } from '../../shared/client';

export type Layout = Schemas['TableLayout'];
export type Mapping = Schemas['TableMapping'];

/** What a column of each layout can be; the first ones must be there. A wide table has any number of columns that are a model's answers. */
export const FIELDS = {
  wide: ['prompt', 'prompt_id', 'category', 'tags', 'language'],
  long: ['prompt', 'model', 'answer', 'prompt_id', 'category', 'tags', 'language'],
  judgments: ['prompt_id', 'model_a', 'model_b', 'rater', 'winner', 'left', 'score', 'rater_kind', 'created_at', 'duration_ms', 'comment'],
} as const satisfies Record<Layout, readonly (keyof Mapping)[]>;

export const NEEDED: Record<Layout, number> = { wide: 1, long: 3, judgments: 5 };

export type Field = (typeof FIELDS)[Layout][number];

/** What a column is; '' passes it over. */
export type Meaning = Field | 'answers' | '';

/** One column as the editor shows it: what it is, and, where it holds a model's answers, the model's name. */
export interface Column {
  name: string;
  samples: readonly string[];
  is: Meaning;
  model: string;
}

export function toColumns(table: readonly Schemas['TableColumn'][], mapping: Mapping | undefined, layout: Layout): Column[] {
  const fields = new Map(FIELDS[layout].flatMap((field) => (mapping?.[field] ? [[mapping[field], field] as const] : [])));
  return table.map(({ name, samples }) => {
    const model = layout === 'wide' ? mapping?.models?.[name] : undefined;
    return { name, samples, is: fields.get(name) ?? (model === undefined ? '' : 'answers'), model: model ?? name };
  });
}

export function toMapping(columns: readonly Column[], layout: Layout): Mapping {
  const mapping: Mapping = { layout };
  for (const field of FIELDS[layout]) {
    const column = columns.find((each) => each.is === field);
    if (column) mapping[field] = column.name;
  }
  if (layout === 'wide')
    mapping.models = Object.fromEntries(columns.filter((each) => each.is === 'answers').map((each) => [each.name, each.model]));
  return mapping;
}

/** What still stands in the way: a field without a column, one with several, or no answers. */
export function missing(columns: readonly Column[], layout: Layout): { none: Meaning[]; several: Meaning[] } {
  const count = (meaning: Meaning) => columns.filter((each) => each.is === meaning).length;
  const none: Meaning[] = FIELDS[layout].slice(0, NEEDED[layout]).filter((field) => count(field) === 0);
  if (layout === 'wide' && count('answers') === 0) none.push('answers');
  return { none, several: FIELDS[layout].filter((field) => count(field) > 1) };
}
