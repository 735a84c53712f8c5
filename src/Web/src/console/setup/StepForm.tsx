import type { ReactNode, RefObject } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useUpdateStudy } from '../studies/queries';
import { STEPS, type StepName } from './steps';

/** The form that has changes which are not saved, whether the service refused them, and where the link leads by which the step is left. */
export type Way = RefObject<{ form: HTMLFormElement | null; refused: boolean; to: string | null }>;

export interface StepProps {
  study: Schemas['Study'];
  way: Way;
}

interface Props extends StepProps {
  step: StepName;
  fields: readonly string[];
  read: (form: FormData) => Schemas['UpdateStudy'];
  children: (why: unknown) => ReactNode;
}

/** One step: what it changes is saved before another one is shown. */
export function StepForm({ study, way, step, fields, read, children }: Props) {
  const { setup: words } = useWords();
  const update = useUpdateStudy(study.study);
  const navigate = useNavigate();
  const at = STEPS.indexOf(step);
  return (
    <form
      className="stack step"
      aria-labelledby="step-title"
      onChange={(event) => {
        way.current.form = event.currentTarget;
        way.current.refused = false;
      }}
      onSubmit={(event) => {
        event.preventDefault();
        const to = way.current.to ?? `/studies/${study.study}/setup/${STEPS[at + 1] ?? step}`;
        way.current.to = null;
        update.mutate(read(new FormData(event.currentTarget)), {
          onSuccess: () => {
            way.current.form = null;
            void navigate(to);
          },
          onError: () => {
            way.current.refused = true;
          },
        });
      }}
    >
      {children(update.error)}
      <ProblemBox why={update.error} atFields={fields} />
      <div className="actions">
        <button type="submit" className="main" disabled={update.isPending} onClick={() => (way.current.to = null)}>
          {words.saveAndGo}
        </button>
        <Back study={study.study} step={step} />
      </div>
    </form>
  );
}

export function Back({ study, step }: { study: string; step: StepName }) {
  const { setup: words } = useWords();
  const before = STEPS[STEPS.indexOf(step) - 1];
  if (before === undefined) return null;
  return <Link to={`/studies/${study}/setup/${before}`}>{words.back}</Link>;
}

/** For a step without a form. */
export function Onward({ study, step }: { study: string; step: StepName }) {
  const { setup: words } = useWords();
  const after = STEPS[STEPS.indexOf(step) + 1];
  return (
    <div className="actions">
      {after !== undefined && (
        <Link to={`/studies/${study}/setup/${after}`} className="button main">
          {words.go}
        </Link>
      )}
      <Back study={study} step={step} />
    </div>
  );
}
