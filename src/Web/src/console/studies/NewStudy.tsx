import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { useSpoken } from '../parts/words';
import { useCreateStudy } from './queries';

export function NewStudy() {
  const { words: all, language } = useSpoken();
  const words = all.studies;
  const create = useCreateStudy();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Schemas['DesignKind']>('focal');

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? '').trim();
    const study: Schemas['CreateStudy'] = {
      name: text('name'),
      title: text('title'),
      question: text('question'),
      language: text('language'),
      guidelines: text('guidelines'),
      overlap: { base: Number(text('overlap')) },
      allow_both_bad: form.has('both_bad'),
      design: kind === 'focal' ? { kind, focal: text('focal') } : { kind },
    };
    create.mutate(study, { onSuccess: (made) => navigate(`/studies/${made.study}`) });
  };

  return (
    <main className="narrow">
      <h1>{words.create}</h1>
      <form className="stack" onSubmit={submit}>
        <label>
          {words.name} <small>{words.nameHint}</small>
          <input name="name" required maxLength={200} />
        </label>
        <label>
          {words.publicTitle} <small>{words.titleHint}</small>
          <input name="title" required maxLength={200} />
        </label>
        <label>
          {words.question}
          <input name="question" required maxLength={500} defaultValue={words.questionStart} />
        </label>
        <label>
          {words.studyLanguage}
          <select name="language" defaultValue={language}>
            <option value="zh-CN">中文</option>
            <option value="en">English</option>
          </select>
        </label>
        <label>
          {words.design}
          <select name="kind" value={kind} onChange={(event) => setKind(event.target.value as Schemas['DesignKind'])}>
            {(['focal', 'round_robin', 'listed'] as const).map((each) => (
              <option key={each} value={each}>
                {words.designs[each]}
              </option>
            ))}
          </select>
        </label>
        {kind === 'focal' && (
          <label>
            {words.focal}
            <input name="focal" required maxLength={200} />
          </label>
        )}
        <label>
          {words.overlap}
          <input name="overlap" type="number" min={1} max={1000} required defaultValue={3} />
        </label>
        <label className="check">
          <input name="both_bad" type="checkbox" defaultChecked /> {words.bothBad}
        </label>
        <label>
          {words.guidelines}
          <textarea name="guidelines" rows={8} maxLength={20000} />
        </label>
        <button type="submit" className="main" disabled={create.isPending}>
          {words.save}
        </button>
        <ProblemBox why={create.error} />
      </form>
    </main>
  );
}
