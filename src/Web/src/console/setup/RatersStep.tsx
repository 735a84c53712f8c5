import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Field } from '../parts/Field';
import { useWords } from '../parts/words';
import { usePlan } from '../plan/queries';
import { useRaters } from '../raters/queries';
import { percentOf, readWork, share, text, WORK_FIELDS, WorkFields } from './fields';
import { StepForm, type StepProps } from './StepForm';

const FIELDS = ['max_share', 'qualification', ...WORK_FIELDS];

function read(form: FormData): Schemas['UpdateStudy'] {
  const pairs = Number(text(form, 'pairs'));
  return {
    max_share: share(form, 'max_share') ?? 0,
    qualification: { pairs, needed: pairs === 0 ? 0 : Number(text(form, 'needed')) },
    ...readWork(form),
  };
}

export function RatersStep({ study, way }: StepProps) {
  const { setup: words, between } = useWords();
  const raters = useRaters(study.study);
  const plan = usePlan(study.study, {});
  const active = raters.data?.filter((each) => each.state === 'active').length;
  return (
    <>
      <div className="card">
        {active !== undefined && <p>{words.invited(active)}</p>}
        <p className="muted">
          {words.atLeast(study.overlap.shared?.overlap ?? study.overlap.base)}
          {plan.data && plan.data.raters_without_repeats > 0 && between + words.withoutRepeats(plan.data.raters_without_repeats)}
        </p>
        <p>
          <Link to={`/studies/${study.study}/raters`}>{words.inviteThem}</Link>
        </p>
      </div>
      <StepForm study={study} way={way} step="raters" fields={FIELDS} read={read}>
        {(why) => (
          <>
            <Field name="max_share" label={words.maxShare} hint={words.maxShareHint} why={why}>
              {(control) => (
                <input
                  {...control}
                  className="short"
                  type="number"
                  min={0}
                  max={100}
                  step="any"
                  defaultValue={percentOf(study.max_share)}
                />
              )}
            </Field>
            <Field name="qualification" label={words.qualification} hint={words.qualificationHint} why={why}>
              {(control) => (
                <input
                  {...control}
                  name="pairs"
                  className="short"
                  type="number"
                  min={0}
                  max={100}
                  required
                  defaultValue={study.qualification?.pairs ?? 0}
                />
              )}
            </Field>
            <Field name="needed" label={words.needed} why={why}>
              {(control) => (
                <input
                  {...control}
                  className="short"
                  type="number"
                  min={0}
                  max={100}
                  required
                  defaultValue={study.qualification?.needed ?? 0}
                />
              )}
            </Field>
            <WorkFields study={study} why={why} />
          </>
        )}
      </StepForm>
    </>
  );
}
