import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { Figure } from '../parts/Figure';
import { ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { Leaking } from './Leaking';
import { MappingEditor } from './MappingEditor';
import type { Mapping } from './mapping';
import { useConfirmImport, useDropImport } from './queries';
import { Storing } from './Storing';

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
  'leaking_answers',
] as const;

interface Props {
  study: Schemas['Study'];
  staged: Schemas['ImportSummary'];
  /** The file's name, and how to read it with another mapping, as long as this page has it. */
  file?: string;
  restage?: (mapping: Mapping) => void;
}

/** What a file would bring. Nothing of it is stored yet. */
export function Preview({ study, staged, file, restage }: Props) {
  const { imports: words } = useWords();
  const confirm = useConfirmImport(study.study);
  const drop = useDropImport(study.study);
  const [leaks, setLeaks] = useState<Schemas['Leaks']>('keep');
  const [replace, setReplace] = useState(false);
  const busy = confirm.isPending || drop.isPending;
  const readOtherwise = (mapping: Mapping) => drop.mutate(staged.import, { onSuccess: () => restage?.(mapping) });

  return (
    <div className="card preview" data-import={staged.import}>
      <h2>{file ?? staged.format}</h2>
      <p className="muted">{words.readAs(staged.format, words.encodings[staged.encoding ?? ''] ?? staged.encoding)}</p>
      <dl className="figures">
        {COUNTS.filter((count) => staged[count] > 0).map((count) => (
          <div key={count}>
            <dt>{words.counts[count]}</dt>
            <dd data-count={count}>{staged[count].toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
      <Models staged={staged} />
      {staged.leaking_answers > 0 && <Leaking staged={staged} leaks={leaks} choose={setLeaks} />}
      {staged.answers_changed > 0 && (
        <fieldset className="changes">
          <legend>{words.changes}</legend>
          <dl className="figures">
            <Figure label={words.counts.answers_changed} value={staged.answers_changed} />
            <Figure label={words.counts.judgments_set_aside} value={staged.judgments_set_aside} />
            <Figure label={words.counts.leases_ended} value={staged.leases_ended} />
            <Figure label={words.counts.prompts_reopened} value={staged.prompts_reopened} />
          </dl>
          <label className="choice">
            <input type="checkbox" checked={replace} onChange={(event) => setReplace(event.target.checked)} /> {words.replace}
          </label>
        </fieldset>
      )}
      {staged.table && staged.mapping && restage && (
        <MappingEditor table={staged.table} mapping={staged.mapping} send={readOtherwise} open={false} />
      )}
      {confirm.isPending ? (
        <Storing of={staged} />
      ) : (
        <div className="actions">
          <button
            type="button"
            className="main"
            disabled={busy || (staged.answers_changed > 0 && !replace)}
            onClick={() => confirm.mutate({ id: staged.import, leaks, onChange: replace ? 'replace' : 'reject' })}
          >
            {words.confirm}
          </button>
          <button type="button" disabled={busy} onClick={() => drop.mutate(staged.import)}>
            {words.discard}
          </button>
          {staged.answers_changed > 0 && !replace && <span className="page muted">{words.replaceFirst}</span>}
        </div>
      )}
      <ProblemBox why={confirm.error ?? drop.error} />
    </div>
  );
}

function Models({ staged }: { staged: Schemas['ImportSummary'] }) {
  const { imports: words } = useWords();
  if (staged.answers_by_model.length === 0) return staged.models.length > 0 && <p>{words.models(staged.models.join(' · '))}</p>;
  return (
    <Scroll label={words.byModel} className="tall">
      <table>
        <caption>{words.byModel}</caption>
        <thead>
          <tr>
            <th>{words.model}</th>
            <th className="number">{words.answers}</th>
            <th className="number">{words.median}</th>
            <th className="number">{words.p90}</th>
            <th className="number">{words.empty_}</th>
            <th className="number">{words.leaking}</th>
          </tr>
        </thead>
        <tbody>
          {staged.answers_by_model.map((each) => (
            <tr key={each.model} data-model={each.model}>
              <th scope="row">{each.model}</th>
              <td className="number">{each.answers.toLocaleString('en')}</td>
              <td className="number">{each.median_characters.toLocaleString('en')}</td>
              <td className="number">{each.p90_characters.toLocaleString('en')}</td>
              <td className="number">{each.empty.toLocaleString('en')}</td>
              <td className="number">{each.leaking.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
