import type { MouseEvent, ReactNode, RefObject } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useUpdateStudy } from '../studies/queries';
import { STEPS, type StepName } from './steps';

/** Whether the step has changes that are not saved, and where the link leads by which it is left. */
export type Way = RefObject<{ changed: boolean; to: StepName | null }>;

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
      onChange={() => {
        way.current.changed = true;
      }}
      onSubmit={(event) => {
        event.preventDefault();
        const to = way.current.to ?? STEPS[at + 1] ?? step;
        way.current.to = null;
        update.mutate(read(new FormData(event.currentTarget)), {
          onSuccess: () => {
            way.current.changed = false;
            void navigate(`/studies/${study.study}/setup/${to}`);
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
        <Back study={study.study} step={step} way={way} />
      </div>
    </form>
  );
}

/** Leaving a step that was changed saves it first. */
export function follow(event: MouseEvent, way: Way, to: StepName) {
  if (!way.current.changed) return;
  event.preventDefault();
  way.current.to = to;
  document.querySelector<HTMLFormElement>('form.step')?.requestSubmit();
}

export function Back({ study, step, way }: { study: string; step: StepName; way?: Way }) {
  const { setup: words } = useWords();
  const before = STEPS[STEPS.indexOf(step) - 1];
  if (before === undefined) return null;
  return (
    <Link to={`/studies/${study}/setup/${before}`} onClick={(event) => way && follow(event, way, before)}>
      {words.back}
    </Link>
  );
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
