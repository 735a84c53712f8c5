import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Schemas } from '../../shared/client';
import { useSession } from '../access/queries';
import { Field } from '../parts/Field';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { ANALYSIS_FIELDS, AnalysisFields, readAnalysis } from '../setup/AnalysisFields';
import { readTexts, readWork, TEXT_FIELDS, TextFields, text, WORK_FIELDS, WorkFields } from '../setup/fields';
import '../setup/setup.css';
import { useCreateStudy, useDeleteStudy, useUpdateStudy } from './queries';
import { StateButtons } from './StateButtons';

/** What may change of a study that is under way, and what becomes of it. */
export function Settings({ study }: { study: Schemas['Study'] }) {
  const { settings: words, studies } = useWords();
  const draft = study.state === 'draft';
  return (
    <div className="settings">
      <section>
        <h2>{studies.state}</h2>
        <StateButtons study={study} />
        {draft ? (
          <p>
            <Link to={`/studies/${study.study}/setup`}>{words.stepByStep}</Link>
          </p>
        ) : (
          <p className="muted">{words.fixed}</p>
        )}
      </section>
      <Part title={words.texts} hint={words.textsHint} study={study} fields={TEXT_FIELDS} read={readTexts}>
        {(why) => <TextFields study={study} why={why} />}
      </Part>
      <Part
        title={words.analysis}
        hint={study.locked ? words.analysisLocked : draft ? words.analysisDraft : words.analysisOpen}
        locked={study.locked}
        study={study}
        fields={ANALYSIS_FIELDS}
        read={readAnalysis}
      >
        {(why) => <AnalysisFields study={study} why={why} />}
      </Part>
      <Lock study={study} />
      <Part title={words.work} hint={words.workHint} study={study} fields={WORK_FIELDS} read={readWork}>
        {(why) => <WorkFields study={study} why={why} />}
      </Part>
      <Copy study={study} />
      <Bin study={study} />
    </div>
  );
}

interface PartProps {
  title: string;
  hint: string;
  study: Schemas['Study'];
  fields: readonly string[];
  locked?: boolean;
  read: (form: FormData) => Schemas['UpdateStudy'];
  children: (why: unknown) => ReactNode;
}

/** Settings that are saved together. */
function Part({ title, hint, study, fields, locked = false, read, children }: PartProps) {
  const { settings: words } = useWords();
  const update = useUpdateStudy(study.study);
  return (
    <section>
      <h2>{title}</h2>
      <p className="muted">{hint}</p>
      <form
        className="stack step"
        aria-label={title}
        onChange={() => update.reset()}
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate(read(new FormData(event.currentTarget)));
        }}
      >
        {children(update.error)}
        <ProblemBox why={update.error} atFields={fields} />
        <div className="actions">
          <button type="submit" className="main" disabled={locked || update.isPending}>
            {words.save}
          </button>
          <span role="status">{update.isSuccess && words.saved}</span>
        </div>
      </form>
    </section>
  );
}

/** Holds design and analysis to what they are now. */
function Lock({ study }: { study: Schemas['Study'] }) {
  const { settings: words } = useWords();
  const update = useUpdateStudy(study.study);
  const session = useSession();
  const { locked } = study;
  return (
    <section aria-labelledby="lock">
      <h2 id="lock">{words.lock}</h2>
      <p role="status">{locked ? words.isLocked : words.isUnlocked}</p>
      {locked && session.data?.role !== 'admin' ? (
        <p className="muted">{words.adminLifts}</p>
      ) : (
        <div className="actions">
          <button
            type="button"
            disabled={update.isPending}
            onClick={() => confirm(locked ? words.liftSure : words.lockSure) && update.mutate({ locked: !locked })}
          >
            {locked ? words.lift : words.lockGo}
          </button>
        </div>
      )}
      <ProblemBox why={update.error} />
    </section>
  );
}

function Copy({ study }: { study: Schemas['Study'] }) {
  const { settings: words } = useWords();
  const create = useCreateStudy();
  const navigate = useNavigate();
  return (
    <section>
      <h2>{words.copy}</h2>
      <p className="muted">{words.copyHint}</p>
      <form
        className="stack step"
        aria-label={words.copy}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            { copy_of: study.study, name: text(new FormData(event.currentTarget), 'name') },
            { onSuccess: (made) => navigate(`/studies/${made.study}/setup/question`) },
          );
        }}
      >
        <Field name="name" label={words.copyName} why={create.error}>
          {(control) => <input {...control} required maxLength={200} />}
        </Field>
        <ProblemBox why={create.error} atFields={['name']} />
        <div className="actions">
          <button type="submit" disabled={create.isPending}>
            {create.isPending ? words.copying : words.copyGo}
          </button>
        </div>
      </form>
    </section>
  );
}

function Bin({ study }: { study: Schemas['Study'] }) {
  const { settings: words } = useWords();
  const remove = useDeleteStudy(study.study);
  const navigate = useNavigate();
  const draft = study.state === 'draft';
  const sure = draft ? words.binDraftSure : words.binSure;
  return (
    <section>
      <h2>{words.bin}</h2>
      <p className="muted">{draft ? words.binDraftHint : words.binHint}</p>
      <div className="actions">
        <button
          type="button"
          disabled={remove.isPending}
          onClick={() => confirm(sure(study.name)) && remove.mutate(undefined, { onSuccess: () => navigate('/') })}
        >
          {draft ? words.binDraftGo : words.binGo}
        </button>
      </div>
      <ProblemBox why={remove.error} />
    </section>
  );
}
