import { type DragEvent, useState } from 'react';
import type { Schemas } from '../../shared/client';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useSpoken, useWords } from '../parts/words';
import { useConfirmImport, useDropImport, useImports, useStageImport } from './queries';

interface Read {
  name: string;
  why?: unknown;
  done?: boolean;
}

export function Imports({ study }: { study: Schemas['Study'] }) {
  const { imports: words } = useWords();
  const imports = useImports(study.study);
  const stage = useStageImport(study.study);
  const [read, setRead] = useState<Read[]>([]);
  const [over, setOver] = useState(false);

  /** One after the other: a file of judgments needs the prompts of the one before. */
  const take = async (files: File[]) => {
    setRead(files.map((file) => ({ name: file.name })));
    for (const [index, file] of files.entries()) {
      const outcome: Partial<Read> = await stage.mutateAsync(file).then(
        () => ({ done: true }),
        (why: unknown) => ({ why }),
      );
      setRead((before) => before.map((each, at) => (at === index ? { ...each, ...outcome } : each)));
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take([...event.dataTransfer.files]);
  };

  const all = imports.data ?? [];
  return (
    <section>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same */}
      <div
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label className="button main">
          {words.choose}
          <input
            type="file"
            multiple
            className="unseen"
            onChange={(event) => {
              void take([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </label>
        <p>{words.drop}</p>
      </div>
      {read
        .filter((file) => !file.done)
        .map((file) => (
          <div key={file.name} className="card">
            <h3>{file.name}</h3>
            {file.why ? <ProblemBox why={file.why} /> : <p className="muted">{words.reading}</p>}
          </div>
        ))}
      {all
        .filter((each) => each.state === 'staged')
        .map((each) => (
          <Preview key={each.import} study={study.study} staged={each} />
        ))}
      <h2>{words.list}</h2>
      {!imports.data && <Loading why={imports.error} />}
      {imports.data && <ImportList study={study} imports={all.filter((each) => each.state !== 'staged')} />}
    </section>
  );
}

const COUNTS = [
  'prompts',
  'answers',
  'pairs',
  'judgments',
  'raters',
  'unchanged',
  'kept',
  'surplus',
  'not_judged',
  'empty_answers',
] as const;

function Preview({ study, staged }: { study: string; staged: Schemas['ImportSummary'] }) {
  const { imports: words } = useWords();
  const confirm = useConfirmImport(study);
  const drop = useDropImport(study);
  const busy = confirm.isPending || drop.isPending;
  return (
    <div className="card preview" data-import={staged.import}>
      <h3>{staged.format}</h3>
      <dl className="figures">
        {COUNTS.filter((count) => staged[count] > 0).map((count) => (
          <div key={count}>
            <dt>{words.counts[count]}</dt>
            <dd data-count={count}>{staged[count]}</dd>
          </div>
        ))}
      </dl>
      {staged.models.length > 0 && (
        <p>
          {words.models}: {staged.models.join(' · ')}
        </p>
      )}
      <div className="actions">
        <button type="button" className="main" disabled={busy} onClick={() => confirm.mutate(staged.import)}>
          {words.confirm}
        </button>
        <button type="button" disabled={busy} onClick={() => drop.mutate(staged.import)}>
          {words.discard}
        </button>
      </div>
      <ProblemBox why={confirm.error ?? drop.error} />
    </div>
  );
}

function ImportList({ study, imports }: { study: Schemas['Study']; imports: Schemas['ImportSummary'][] }) {
  const { words: all, language } = useSpoken();
  const words = all.imports;
  const drop = useDropImport(study.study);
  if (imports.length === 0) return <p className="muted">{words.empty}</p>;
  return (
    <>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th>{words.when}</th>
              <th>{words.format}</th>
              <th>{all.studies.state}</th>
              {(['prompts', 'answers', 'pairs', 'judgments', 'unchanged', 'surplus'] as const).map((count) => (
                <th key={count} className="number">
                  {words.counts[count]}
                </th>
              ))}
              <th />
            </tr>
          </thead>
          <tbody>
            {imports.map((each) => (
              <tr key={each.import}>
                <td>{new Date(each.created_at).toLocaleString(language)}</td>
                <td>{each.format}</td>
                <td title={each.reason ?? undefined}>
                  {words.states[each.state]}
                  {each.state === 'storing' && ` ${each.rows_done} / ${each.rows}`}
                  {each.reason && `: ${each.reason}`}
                </td>
                {(['prompts', 'answers', 'pairs', 'judgments', 'unchanged', 'surplus'] as const).map((count) => (
                  <td key={count} className="number">
                    {each[count]}
                  </td>
                ))}
                <td>
                  {each.state === 'stored' && study.state === 'draft' && (
                    <button type="button" onClick={() => drop.mutate(each.import)}>
                      {words.undo}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ProblemBox why={drop.error} />
    </>
  );
}
