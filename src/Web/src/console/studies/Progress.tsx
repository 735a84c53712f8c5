import type { Schemas } from '../../shared/client';
import { Figure } from '../parts/Figure';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useProgress, useUpdateStudy } from './queries';

export function Progress({ study }: { study: Schemas['Study'] }) {
  const { progress: words } = useWords();
  const progress = useProgress(study.study);
  const update = useUpdateStudy(study.study);
  const report = progress.data;
  const state = report?.state ?? study.state;
  const to = (next: Schemas['StudyState']) => update.mutate({ state: next });
  return (
    <section>
      <div className="actions">
        {(state === 'draft' || state === 'paused') && (
          <button type="button" className="main" disabled={update.isPending} onClick={() => to('open')}>
            {words.open}
          </button>
        )}
        {state === 'open' && (
          <button type="button" disabled={update.isPending} onClick={() => to('paused')}>
            {words.pause}
          </button>
        )}
        {(state === 'open' || state === 'paused') && (
          <button type="button" disabled={update.isPending} onClick={() => confirm(words.closeSure) && to('closed')}>
            {words.close}
          </button>
        )}
      </div>
      <ProblemBox why={update.error} />
      {!report && <Loading why={progress.error} />}
      {report && (
        <>
          <dl className="figures">
            <Figure label={words.counted} value={`${report.counted} / ${report.planned}`} />
            <Figure label={words.live} value={report.live} />
            <Figure label={words.atWork} value={report.raters_at_work} />
            <Figure label={words.lastHour} value={report.judgments_last_hour} />
          </dl>
          {report.items.length === 0 ? <p className="muted">{words.empty}</p> : <ByPairOfModels report={report} />}
        </>
      )}
    </section>
  );
}

function ByPairOfModels({ report }: { report: Schemas['ProgressReport'] }) {
  const { progress: words } = useWords();
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{words.pair}</th>
            <th>{words.share}</th>
            <th className="number">{words.counted}</th>
            <th className="number">{words.live}</th>
            <th className="number">{words.pairs}</th>
            <th className="number">{words.complete}</th>
            <th className="number">{words.identical}</th>
            <th className="number">{words.unjudgeable}</th>
          </tr>
        </thead>
        <tbody>
          {report.items.map((row) => (
            <tr key={`${row.model_a} ${row.model_b}`}>
              <td>
                {row.model_a} · {row.model_b}
              </td>
              <td>
                <progress max={Math.max(1, row.planned)} value={row.counted} aria-label={`${row.counted} / ${row.planned}`} />
              </td>
              <td className="number">
                {row.counted} / {row.planned}
              </td>
              <td className="number">{row.live}</td>
              <td className="number">{row.pairs}</td>
              <td className="number">{row.complete_pairs}</td>
              <td className="number">{row.identical}</td>
              <td className="number">{row.unjudgeable}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
