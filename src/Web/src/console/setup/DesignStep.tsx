import { useState } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { errorsOf, Field } from '../parts/Field';
import { useWords } from '../parts/words';
import { percentOf, share, text } from './fields';
import { useModels } from './queries';
import { StepForm, type StepProps } from './StepForm';

const FIELDS = ['design', 'design.focal', 'design.sample', 'overlap', 'gold_share', 'repeat_share', 'identical_answers', 'same_prompt'];
const KINDS = ['focal', 'round_robin', 'listed'] as const;

function read(form: FormData): Schemas['UpdateStudy'] {
  const kind = text(form, 'kind') as Schemas['DesignKind'];
  const sample = text(form, 'sample');
  const shared = share(form, 'shared_share');
  return {
    design: {
      kind,
      focal: kind === 'focal' ? text(form, 'focal') : null,
      sample:
        sample === '' ? null : { n: Number(sample), by: text(form, 'sample_by') as Schemas['SampleBy'], seed: Number(text(form, 'seed')) },
    },
    overlap: {
      base: Number(text(form, 'overlap')),
      shared: shared === null ? null : { share: shared, overlap: Number(text(form, 'shared_overlap')) },
    },
    gold_share: share(form, 'gold_share') ?? 0,
    repeat_share: share(form, 'repeat_share') ?? 0,
    identical_answers: text(form, 'identical_answers') as Schemas['IdenticalAnswers'],
    same_prompt: text(form, 'same_prompt') as Schemas['SamePrompt'],
  };
}

export function DesignStep({ study, way }: StepProps) {
  const { setup: words } = useWords();
  const [kind, setKind] = useState<Schemas['DesignKind']>(study.design.kind);
  return (
    <StepForm study={study} way={way} step="design" fields={FIELDS} read={read}>
      {(why) => (
        <>
          <fieldset className="choices">
            <legend>{words.compared}</legend>
            {KINDS.map((each) => (
              <label key={each}>
                <input type="radio" name="kind" value={each} checked={each === kind} onChange={() => setKind(each)} />
                <span>
                  <strong>{words.designs[each].name}</strong>
                  <span className="muted">{words.designs[each].text}</span>
                </span>
              </label>
            ))}
            {errorsOf(why, ['design']).map((error) => (
              <p key={error} className="field-error" role="alert" lang="en">
                {error}
              </p>
            ))}
          </fieldset>
          {kind === 'focal' && <Focal study={study} why={why} />}
          <Field name="overlap" label={words.overlap} hint={words.overlapHint} why={why}>
            {(control) => (
              <input {...control} className="short" type="number" min={1} max={1000} required defaultValue={study.overlap.base} />
            )}
          </Field>
          <Field name="gold_share" label={words.gold} hint={words.goldHint} why={why}>
            {(control) => (
              <input {...control} className="short" type="number" min={0} max={20} step="any" defaultValue={percentOf(study.gold_share)} />
            )}
          </Field>
          <Field name="repeat_share" label={words.repeats} hint={words.repeatsHint} why={why}>
            {(control) => (
              <input
                {...control}
                className="short"
                type="number"
                min={0}
                max={20}
                step="any"
                defaultValue={percentOf(study.repeat_share)}
              />
            )}
          </Field>
          <Finer study={study} why={why} />
        </>
      )}
    </StepForm>
  );
}

function Focal({ study, why }: { study: Schemas['Study']; why: unknown }) {
  const { setup: words } = useWords();
  const models = useModels(study.study);
  const names = (models.data ?? []).map((each) => each.name);
  const chosen = study.design.focal;
  if (models.data && names.length === 0)
    return (
      <>
        <Field name="focal" label={words.focal} hint={words.focalLater} why={why}>
          {(control) => <input {...control} required maxLength={200} defaultValue={chosen ?? ''} />}
        </Field>
        <p>
          <Link to={`/studies/${study.study}/setup/data`}>{words.importFirst}</Link>
        </p>
      </>
    );
  return (
    <Field name="focal" label={words.focal} why={why}>
      {(control) => (
        // The list may come after the page: a select takes its default only when it is made.
        <select {...control} key={names.length} required defaultValue={chosen ?? ''}>
          <option value="">{words.chooseModel}</option>
          {chosen && !names.includes(chosen) && <option value={chosen}>{words.notImported(chosen)}</option>}
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Finer({ study, why }: { study: Schemas['Study']; why: unknown }) {
  const { setup: words } = useWords();
  const { design, overlap } = study;
  return (
    <details open={Boolean(design.sample || overlap.shared)}>
      <summary>{words.finer}</summary>
      <Field name="shared_share" label={words.sharedShare} hint={words.sharedHint} why={why}>
        {(control) => (
          <input
            {...control}
            className="short"
            type="number"
            min={0.1}
            max={99.9}
            step="any"
            defaultValue={percentOf(overlap.shared?.share)}
          />
        )}
      </Field>
      <Field name="shared_overlap" label={words.sharedOverlap} why={why}>
        {(control) => (
          <input
            {...control}
            className="short"
            type="number"
            min={2}
            max={1000}
            defaultValue={overlap.shared?.overlap ?? overlap.base + 2}
          />
        )}
      </Field>
      <Field name="design.sample" label={words.sample} hint={words.sampleHint} why={why}>
        {(control) => <input {...control} name="sample" className="short" type="number" min={1} defaultValue={design.sample?.n ?? ''} />}
      </Field>
      <Field name="sample_by" label={words.sampleBy} why={why}>
        {(control) => (
          <select {...control} defaultValue={design.sample?.by ?? 'model_pair'}>
            <option value="model_pair">{words.sampleByOf.model_pair}</option>
            <option value="category">{words.sampleByOf.category}</option>
          </select>
        )}
      </Field>
      <Field name="seed" label={words.seed} hint={words.seedHint} why={why}>
        {(control) => <input {...control} className="short" type="number" defaultValue={design.sample?.seed ?? 1} />}
      </Field>
      <Field name="identical_answers" label={words.identical} why={why}>
        {(control) => (
          <select {...control} defaultValue={study.identical_answers}>
            {(['leave_out', 'tie', 'show'] as const).map((each) => (
              <option key={each} value={each}>
                {words.identicalOf[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field name="same_prompt" label={words.samePrompt} why={why}>
        {(control) => (
          <select {...control} defaultValue={study.same_prompt}>
            {(['avoid', 'never', 'allow'] as const).map((each) => (
              <option key={each} value={each}>
                {words.samePromptOf[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </details>
  );
}
