import type { Schemas } from '../../shared/client';
import { Choice } from '../parts/Choice';
import { useWords } from '../parts/words';
import { useLeaderboard, useModels } from './queries';
import { CHIPS, type Field, type Question } from './question';

const SLICES = ['category', 'source', 'tag', 'language', 'wave', 'prompt_length', 'answer_length'] as const;
const LEVELS = { '0.9': '90 %', '0.95': '95 %', '0.99': '99 %' };

interface Props {
  study: Pick<Schemas['Study'], 'study'> & Partial<Pick<Schemas['SharedStudy'], 'criteria' | 'model_attributes'>>;
  question: Question;
  choose: (field: Field, value: string | null) => void;
  /** A shared report names no rater and reads nothing but reports. */
  shared: boolean;
}

/** What the whole page is about. A slice's value becomes a filter by choosing it in the table, and is taken off here. */
export function Filters({ study, question, choose, shared }: Props) {
  const words = useWords();
  const { report: said } = words;
  const models = useModels(study.study, !shared).data?.items ?? [];
  // A viewer reads no list of models; the leaderboard knows no filter by model, and so names those that are filtered away too.
  const board = useLeaderboard(study.study, question, shared).data;
  const known = shared ? (board?.groups.flatMap(({ items }) => items.map(({ model }) => model)) ?? []) : models.map(({ name }) => name);
  const chosen = [question.model, question.baseline].filter((name) => name !== undefined);
  const names = Object.fromEntries([...known, ...chosen].map((name) => [name, name]));
  const attributes = study.model_attributes ?? [...new Set(models.flatMap((model) => Object.keys(model.attributes)))].sort();
  const by: Record<string, string> = {
    ...Object.fromEntries(SLICES.map((slice) => [slice, said.by[slice]])),
    ...Object.fromEntries(attributes.map((attribute) => [`model:${attribute}`, said.byModel(attribute)])),
    ...Object.fromEntries(attributes.map((attribute) => [`baseline:${attribute}`, said.byBaseline(attribute)])),
    ...(shared ? {} : { rater: said.by.rater, rater_group: said.by.rater_group }),
  };
  // An address may ask for what the list does not hold, such as tag:task.
  if (question.by !== undefined && !(question.by in by)) by[question.by] = question.by;
  const criteria = Object.fromEntries((study.criteria ?? []).map(({ name }) => [name, name]));
  const all: [Field, string, Record<string, string>, string][] = [
    ['model', said.columns.model, names, said.any],
    ['baseline', said.columns.baseline, names, said.any],
    ['by', said.slicesBy, by, said.noSlices],
    ['criterion', said.criterion, criteria, said.overall],
    ['raters', said.raters, words.raters.kinds, said.asDeclared],
    ['unit', said.unit, said.units, said.asDeclared],
    ['scope', said.scope, said.scopes, said.asDeclared],
    ['confidence', said.confidence, LEVELS, said.asDeclared],
    ['leaks', said.leaks, { leave_out: said.leaveOut }, said.counted],
  ];
  const chips = CHIPS.filter((field) => question[field] !== undefined);
  return (
    <>
      <div className="filters">
        {all
          .filter(([, , options]) => Object.keys(options).length > 0)
          .map(([field, label, options, first]) => (
            <Choice
              key={field}
              label={label}
              value={question[field]}
              options={options}
              first={first}
              choose={(value) => choose(field, value === '' ? null : value)}
            />
          ))}
      </div>
      {chips.length > 0 && (
        <p className="chips">
          {said.only}{' '}
          {chips.map((field) => (
            <button
              key={field}
              type="button"
              onClick={() => choose(field, null)}
              aria-label={said.takeOff(words.judgments.of[field] ?? field)}
            >
              {said.named(words.judgments.of[field] ?? field, question[field] || words.judgments.without)} ×
            </button>
          ))}
        </p>
      )}
    </>
  );
}
