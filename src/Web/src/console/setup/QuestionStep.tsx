import { useNavigate } from 'react-router';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useCreateStudy } from '../studies/queries';
import { readScale, readTexts, SCALE_FIELDS, ScaleFields, TEXT_FIELDS, TextFields } from './fields';
import { Steps } from './Setup';
import { StepForm, type StepProps } from './StepForm';
import './setup.css';

const FIELDS = [...TEXT_FIELDS, ...SCALE_FIELDS];
const read = (form: FormData) => ({ ...readTexts(form), ...readScale(form) });

export function QuestionStep({ study, way }: StepProps) {
  return (
    <StepForm study={study} way={way} step="question" fields={FIELDS} read={read}>
      {(why) => (
        <>
          <TextFields study={study} why={why} />
          <ScaleFields study={study} why={why} />
        </>
      )}
    </StepForm>
  );
}

/** The same step of a study that is not there yet: what is compared is asked once its models are known. */
export function NewStudy() {
  const words = useWords();
  const create = useCreateStudy();
  const navigate = useNavigate();
  return (
    <main>
      <h1>{words.studies.create}</h1>
      <div className="setup">
        <Steps now="question" />
        <section>
          <h2 id="step-title">{words.setup.steps.question}</h2>
          <p className="muted">{words.setup.intros.question}</p>
          <form
            className="stack step"
            aria-labelledby="step-title"
            onSubmit={(event) => {
              event.preventDefault();
              create.mutate(
                { ...read(new FormData(event.currentTarget)), design: { kind: 'round_robin' } },
                { onSuccess: (made) => navigate(`/studies/${made.study}/setup/data`) },
              );
            }}
          >
            <TextFields why={create.error} />
            <ScaleFields why={create.error} />
            <ProblemBox why={create.error} atFields={FIELDS} />
            <div className="actions">
              <button type="submit" className="main" disabled={create.isPending}>
                {words.setup.createAndGo}
              </button>
            </div>
          </form>
        </section>
      </div>
    </main>
  );
}
