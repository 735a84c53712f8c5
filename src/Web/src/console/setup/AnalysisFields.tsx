import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { errorsOf, Field } from '../parts/Field';
import { useWords } from '../parts/words';
import { usePlan } from '../plan/queries';
import { percentOf, share, text } from './fields';

type Analysis = Schemas['Analysis'];
type Member = Schemas['FamilyMember'];

const ESTIMANDS = ['win_rate', 'net', 'win_or_tie', 'win_or_good_tie', 'decisive_win_rate'] as const;
const SCOPES = ['raters_like_these', 'these_raters', 'independent'] as const;
const UNITS = ['judgment', 'pair'] as const;

export const ANALYSIS_FIELDS = ['analysis', 'analysis.confidence', 'analysis.threshold', 'analysis.family'];

export function readAnalysis(form: FormData): { analysis: Analysis } {
  return {
    analysis: {
      estimand: text(form, 'estimand') as Schemas['Estimand'],
      scope: text(form, 'scope') as Schemas['Scope'],
      unit: text(form, 'unit') as Schemas['Unit'],
      confidence: share(form, 'confidence') ?? 0.95,
      threshold: share(form, 'threshold'),
      family: text(form, 'family') === 'some' ? form.getAll('member').map((each) => JSON.parse(String(each)) as Member) : null,
    },
  };
}

/** The analysis that a report's headline follows. */
export function AnalysisFields({ study, why }: { study: Schemas['Study']; why: unknown }) {
  const { setup: words, report } = useWords();
  const { analysis } = study;
  return (
    <>
      <fieldset className="choices">
        <legend>{words.estimand}</legend>
        {ESTIMANDS.map((each) => (
          <label key={each}>
            <input type="radio" name="estimand" value={each} defaultChecked={each === analysis.estimand} />
            <span>
              <strong>{words.estimands[each].name}</strong>
              <span className="muted">{words.estimands[each].text}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field name="unit" label={words.unit} hint={words.unitHint} why={why}>
        {(control) => (
          <select {...control} defaultValue={analysis.unit}>
            {UNITS.map((each) => (
              <option key={each} value={each}>
                {report.units[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="scope" label={report.scope} hint={words.scopeHint} why={why}>
        {(control) => (
          <select {...control} defaultValue={analysis.scope}>
            {SCOPES.map((each) => (
              <option key={each} value={each}>
                {report.scopes[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="analysis.confidence" label={words.confidence} why={why}>
        {(control) => (
          <input
            {...control}
            name="confidence"
            className="short"
            type="number"
            min={50}
            max={99.9}
            step="any"
            required
            defaultValue={percentOf(analysis.confidence)}
          />
        )}
      </Field>
      <Field name="analysis.threshold" label={words.threshold} hint={words.thresholdHint} why={why}>
        {(control) => (
          <input
            {...control}
            name="threshold"
            className="short"
            type="number"
            min={0.1}
            max={99.9}
            step="any"
            defaultValue={percentOf(analysis.threshold)}
          />
        )}
      </Field>
      <Family study={study} why={why} />
    </>
  );
}

const same = (one: Member, other: { model: string; baseline: string }) =>
  (one.model === other.model && one.baseline === other.baseline) || (one.model === other.baseline && one.baseline === other.model);

/** Which comparisons are tested together: all, or those that are marked here. */
function Family({ study, why }: { study: Schemas['Study']; why: unknown }) {
  const { setup: words, report } = useWords();
  const plan = usePlan(study.study, {});
  const declared = study.analysis.family ?? null;
  const [some, setSome] = useState(declared !== null);
  // What was declared stays on the list, even where the design has changed since.
  const offered: Member[] = [
    ...(declared ?? []),
    ...(plan.data?.items ?? [])
      .map(({ model, baseline }) => ({ model, baseline }))
      .filter((row) => !declared?.some((each) => same(each, row))),
  ];
  const errors = errorsOf(why, ['analysis.family', 'analysis']);
  return (
    <fieldset className="choices">
      <legend>{words.family}</legend>
      <p className="muted">{words.familyText}</p>
      {(['all', 'some'] as const).map((each) => (
        <label key={each}>
          <input type="radio" name="family" value={each} checked={some === (each === 'some')} onChange={() => setSome(each === 'some')} />
          <span>{words.families[each]}</span>
        </label>
      ))}
      {some && offered.length === 0 && <p className="missing-part">{words.noComparisons}</p>}
      {some && offered.length > 0 && (
        <div className="members">
          {offered.map((each) => (
            <label key={`${each.model} ${each.baseline}`} className="check">
              <input
                type="checkbox"
                name="member"
                value={JSON.stringify(each)}
                defaultChecked={declared?.some((member) => same(member, each))}
              />{' '}
              {each.model} {report.against} {each.baseline}
            </label>
          ))}
        </div>
      )}
      {errors.length > 0 && (
        <p className="field-error" role="alert" lang="en">
          {errors.join(' ')}
        </p>
      )}
    </fieldset>
  );
}
