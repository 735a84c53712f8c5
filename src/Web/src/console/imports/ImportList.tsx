import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { useDropImport } from './queries';
import { Storing } from './Storing';

const COUNTS = ['prompts', 'answers', 'pairs', 'judgments', 'unchanged', 'surplus'] as const;

export function ImportList({ study, imports }: { study: Schemas['Study']; imports: Schemas['ImportSummary'][] }) {
  const { words: all, language } = useSpoken();
  const words = all.imports;
  const drop = useDropImport(study.study);
  if (imports.length === 0) return <p className="muted import-list">{words.empty}</p>;
  return (
    <>
      <Scroll label={words.list} className="import-list">
        <table>
          <thead>
            <tr>
              <th>{words.when}</th>
              <th>{words.format}</th>
              <th>{all.studies.state}</th>
              {COUNTS.map((count) => (
                <th key={count} className="number">
                  {words.counts[count]}
                </th>
              ))}
              <th>{words.leaking}</th>
              <th>
                <span className="unseen">{words.undo}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {imports.map((each) => (
              <tr key={each.import}>
                <td className="when">{new Date(each.created_at).toLocaleString(language, { dateStyle: 'short', timeStyle: 'short' })}</td>
                <td>{each.format}</td>
                <td>
                  {each.state === 'storing' ? <Storing of={each} /> : words.states[each.state]}
                  {each.reason && (
                    <>
                      <br />
                      <small className="muted" lang="en">
                        {each.reason}
                      </small>
                    </>
                  )}
                </td>
                {COUNTS.map((count) => (
                  <td key={count} className="number">
                    {each[count].toLocaleString('en')}
                  </td>
                ))}
                <td>{each.leaks ? `${each.leaking_answers.toLocaleString('en')} · ${words.leakDone[each.leaks]}` : '—'}</td>
                <td>
                  {each.state === 'stored' && study.state === 'draft' && (
                    <button type="button" disabled={drop.isPending} onClick={() => drop.mutate(each.import)}>
                      {words.undo}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <ProblemBox why={drop.error} />
    </>
  );
}
