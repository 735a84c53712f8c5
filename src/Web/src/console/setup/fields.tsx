import type { Schemas } from '../../shared/client';
import { Field } from '../parts/Field';
import { useSpoken, useWords } from '../parts/words';

type Study = Schemas['Study'];

export const text = (form: FormData, field: string) => String(form.get(field) ?? '').trim();

/** A number that was typed as a percentage, as the share that the service takes; null where nothing was typed. */
export const share = (form: FormData, field: string) => {
  const typed = text(form, field);
  return typed === '' ? null : Number((Number(typed) / 100).toFixed(6));
};

/** The other way round, for a control. */
export const percentOf = (value: number | null | undefined) =>
  value === null || value === undefined ? '' : String(Number((value * 100).toFixed(4)));

export const TEXT_FIELDS = ['name', 'title', 'question', 'language', 'guidelines'] as const;

/** What raters read, and the name that they do not. May be changed at any time. */
export function TextFields({ study, why }: { study?: Study; why: unknown }) {
  const { words: all, language } = useSpoken();
  const words = all.studies;
  return (
    <>
      <Field name="name" label={words.name} hint={words.nameHint} why={why}>
        {(control) => <input {...control} required maxLength={200} defaultValue={study?.name} />}
      </Field>
      <Field name="title" label={words.publicTitle} hint={words.titleHint} why={why}>
        {(control) => <input {...control} required maxLength={200} defaultValue={study?.title} />}
      </Field>
      <Field name="question" label={words.question} why={why}>
        {(control) => <input {...control} required maxLength={500} defaultValue={study?.question ?? words.questionStart} />}
      </Field>
      <Field name="language" label={words.studyLanguage} hint={words.languageHint} why={why}>
        {(control) => (
          <>
            <input {...control} required list="languages" maxLength={35} defaultValue={study?.language ?? language} />
            <datalist id="languages">
              <option value="zh-CN">中文</option>
              <option value="en">English</option>
            </datalist>
          </>
        )}
      </Field>
      <Field name="guidelines" label={words.guidelines} hint={words.guidelinesHint} why={why}>
        {(control) => <textarea {...control} rows={8} maxLength={20000} defaultValue={study?.guidelines} />}
      </Field>
    </>
  );
}

export const readTexts = (form: FormData) => ({
  name: text(form, 'name'),
  title: text(form, 'title'),
  question: text(form, 'question'),
  language: text(form, 'language'),
  guidelines: text(form, 'guidelines'),
});

export const WORK_FIELDS = ['time_zone', 'lease_minutes'] as const;

/** When a rater's day begins, and how long a pair is hers. May be changed at any time. */
export function WorkFields({ study, why }: { study: Study; why: unknown }) {
  const { setup: words } = useWords();
  return (
    <>
      <Field name="time_zone" label={words.timeZone} hint={words.timeZoneHint} why={why}>
        {(control) => (
          <>
            <input {...control} required list="time-zones" defaultValue={study.time_zone} />
            <datalist id="time-zones">
              {Intl.supportedValuesOf('timeZone').map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field name="lease_minutes" label={words.lease} hint={words.leaseHint} why={why}>
        {(control) => <input {...control} className="short" type="number" min={1} max={1440} required defaultValue={study.lease_minutes} />}
      </Field>
    </>
  );
}

export const readWork = (form: FormData) => ({
  time_zone: text(form, 'time_zone'),
  lease_minutes: Number(text(form, 'lease_minutes')),
});

const MOST_CRITERIA = 4;

export const SCALE_FIELDS = ['allow_both_bad', 'strength', 'criteria'] as const;

/** What raters answer. Fixed once the study opens. */
export function ScaleFields({ study, why }: { study?: Study; why: unknown }) {
  const { setup: words } = useWords();
  const criteria = study?.criteria ?? [];
  return (
    <fieldset>
      <legend>{words.scale}</legend>
      <p className="muted">{words.scaleText}</p>
      <label className="check">
        <input name="allow_both_bad" type="checkbox" defaultChecked={study?.allow_both_bad ?? true} /> {words.bothBad}
      </label>
      <label className="check">
        <input name="strength" type="checkbox" defaultChecked={study?.strength} /> {words.strength}
      </label>
      <details open={criteria.length > 0}>
        <summary>{words.criteria}</summary>
        <p className="muted">{words.criteriaText}</p>
        <Field name="criteria" label={words.criteriaLabel} hint={words.criteriaHint} why={why}>
          {(control) => (
            <textarea
              {...control}
              rows={MOST_CRITERIA}
              placeholder={words.criteriaExample}
              defaultValue={criteria.map((each) => `${each.name}: ${each.label}`).join('\n')}
            />
          )}
        </Field>
      </details>
    </fieldset>
  );
}

export const readScale = (form: FormData) => ({
  allow_both_bad: form.has('allow_both_bad'),
  strength: form.has('strength'),
  // "name: what raters read", one a line; without a colon the line is both, and the service says whether it may be a name
  criteria: text(form, 'criteria')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...label] = line.split(/[:：]/);
      return { name: name.trim(), label: label.join(':').trim() || name.trim() };
    }),
});
