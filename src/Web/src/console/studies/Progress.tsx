import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Figure } from '../parts/Figure';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { Simulated } from '../parts/Simulated';
import { useSpoken, useWords } from '../parts/words';
import { percent, signed } from '../reports/numbers';
import { prepareLive } from '../reports/prepareLive';
import { percentOf } from '../setup/fields';
import './progress.css';
import { useProgress } from './queries';
import { StateButtons } from './StateButtons';

export function Progress({ study }: { study: Schemas['Study'] }) {
  const { progress: words } = useWords();
  const progress = useProgress(study.study);
  const report = progress.data;
  const first = report?.items[0]?.live_interval;
  return (
    <section>
      <StateButtons study={study} state={report?.state} />
      {!report && <Loading why={progress.error} />}
      {report && (
        <>
          <dl className="figures">
            <Figure label={words.counted} value={`${report.counted} / ${report.planned}`} />
            <Figure label={words.live} value={report.live} />
            <Figure label={words.atWork} value={report.raters_at_work} />
            <Figure label={words.lastHour} value={report.judgments_last_hour} />
          </dl>
          {report.simulated && report.items.some((row) => row.live_interval.units > 0) && <Simulated />}
          {report.items.length === 0 ? <p className="muted">{words.empty}</p> : <ByPairOfModels report={report} />}
          {first && <p className="muted live-caption">{words.liveCaption(percentOf(first.confidence))}</p>}
        </>
      )}
      {study.waves.length > 0 && <Waves study={study} />}
    </section>
  );
}

const HEADS = ['counted', 'live', 'pairs', 'complete', 'identical', 'unjudgeable'] as const;

function ByPairOfModels({ report }: { report: Schemas['ProgressReport'] }) {
  const { progress: words } = useWords();
  return (
    <Scroll label={words.pair}>
      <table className="coverage">
        <thead>
          <tr>
            <th scope="col">{words.pair}</th>
            <th scope="col">{words.share}</th>
            <th scope="col">{words.liveInterval}</th>
            {HEADS.map((head) => (
              <th key={head} scope="col" className="number">
                {words[head]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.items.map((row) => (
            <tr key={`${row.model_a} ${row.model_b}`}>
              <th scope="row">
                {row.model_a} · {row.model_b}
              </th>
              <td>
                <progress max={Math.max(1, row.planned)} value={row.counted} aria-label={`${row.counted} / ${row.planned}`} />
              </td>
              <td>
                <LiveInterval live={row.live_interval} />
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
    </Scroll>
  );
}

const WIDTH = 160;

/** Drawn, with its numbers beside it. */
function LiveInterval({ live }: { live: Schemas['Live'] }) {
  const { progress: words, setup } = useWords();
  const drawing = prepareLive(live);
  if (drawing === null) return <span className="muted">{words.noLive}</span>;
  const as = live.estimand === 'net' ? signed : percent;
  const said = `${as(live.estimate ?? 0)} [${as(live.lower ?? 0)}, ${as(live.upper ?? 0)}]`;
  return (
    <div className="live">
      <svg viewBox={`0 0 ${WIDTH} 16`} width={WIDTH} height={16} aria-hidden="true">
        <line className="axis" x1={0} x2={WIDTH} y1={8} y2={8} />
        {drawing.none !== null && <line className="none" x1={drawing.none * WIDTH} x2={drawing.none * WIDTH} y1={0} y2={16} />}
        <line className="interval" x1={drawing.lower * WIDTH} x2={drawing.upper * WIDTH} y1={8} y2={8} />
        <circle cx={drawing.estimate * WIDTH} cy={8} r={4} />
      </svg>
      <span>{said}</span>
      <small className="muted">
        {setup.estimands[live.estimand].name} · {words.liveOf(live.units, live.of)}
      </small>
    </div>
  );
}

function Waves({ study }: { study: Schemas['Study'] }) {
  const { words: all, language } = useSpoken();
  const words = all.progress;
  return (
    <>
      <h2>{words.waves}</h2>
      <Scroll label={words.waves}>
        <table className="waves">
          <thead>
            <tr>
              <th scope="col" className="number">
                {words.wave}
              </th>
              <th scope="col">{words.opened}</th>
              <th scope="col" className="number">
                {words.wavePairs}
              </th>
              <th scope="col" className="number">
                {words.designed}
              </th>
            </tr>
          </thead>
          <tbody>
            {study.waves.map((wave) => (
              <tr key={wave.wave}>
                <td className="number">{wave.wave}</td>
                <td className="when">{new Date(wave.opened_at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })}</td>
                <td className="number">{wave.pairs}</td>
                <td className="number">{wave.designed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="muted">
        {words.wavesHint} {study.state !== 'closed' && <Link to={`/studies/${study.study}/data`}>{words.addWave}</Link>}
      </p>
    </>
  );
}
