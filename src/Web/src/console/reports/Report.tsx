import { useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Choice } from '../parts/Choice';
import { CopyButton } from '../parts/CopyButton';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { Agreement } from './Agreement';
import { Bars } from './Bars';
import { Forest } from './Forest';
import { HeatMap } from './HeatMap';
import { Leaderboard } from './Leaderboard';
import { Position } from './Position';
import { prepare } from './prepare';
import { prepareHeat } from './prepareHeat';
import { type Question, usePreference } from './queries';
import './report.css';
import { captionOf, DenominatorTable, FiguresTable } from './Tables';

/** @param shared As the viewer of a share sees it: nothing leads to judgments, and nobody who judged is named. */
export function Report({ study, shared = false }: { study: Pick<Schemas['Study'], 'study'>; shared?: boolean }) {
  const words = useWords();
  const { report: said } = words;
  const [search, setSearch] = useSearchParams();
  const question: Question = {
    unit: search.get('unit') ?? undefined,
    scope: search.get('scope') ?? undefined,
    raters: search.get('raters') ?? undefined,
  };
  const preference = usePreference(study.study, question);
  const report = preference.data;
  const choose = (field: keyof Question, value: string) =>
    setSearch((before) => {
      if (value === '') before.delete(field);
      else before.set(field, value);
      return before;
    });

  const { model, figures } = report ? prepare(report, said.against) : { model: null, figures: [] };
  const caption = report ? captionOf(report, figures, said) : '';
  const heat = prepareHeat(figures.map((figure) => figure.row));
  const simulated = report?.simulated === true && figures.some((figure) => figure.row.n > 0);
  return (
    <section className="reading">
      {shared && report && (
        <p className="read-only" role="note">
          {words.shares.readOnly(report.sequence)}
        </p>
      )}
      {simulated && (
        <div className="simulated" role="note">
          <strong>{said.simulated}</strong> {said.simulatedText}
        </div>
      )}
      <div className="filters">
        <Choice
          label={said.unit}
          value={question.unit}
          options={said.units}
          first={said.asDeclared}
          choose={(value) => choose('unit', value)}
        />
        <Choice
          label={said.scope}
          value={question.scope}
          options={said.scopes}
          first={said.asDeclared}
          choose={(value) => choose('scope', value)}
        />
        <Choice
          label={said.raters}
          value={question.raters}
          options={words.raters.kinds}
          first={said.asDeclared}
          choose={(value) => choose('raters', value)}
        />
        {report && (
          <span className="badge">
            {report.analysis === 'primary' ? said.primary : said.sensitivity} · {words.raters.kinds[report.raters]}
          </span>
        )}
      </div>
      {preference.error ? <ProblemBox why={preference.error} /> : !report && <Loading why={null} />}
      {report && figures.length === 0 && <p className="muted">{said.empty}</p>}
      {report && figures.length > 0 && (
        <>
          <Warnings warnings={report.warnings} />
          <div className="charts">
            <Bars model={model} figures={figures} caption={caption} />
            <Forest model={model} figures={figures} caption={caption} />
          </div>
          <p className="caption">{caption}</p>
          <div className="actions">
            {(['en', 'zh'] as const).map((language) => (
              <CopyButton key={language} text={report.methods[language]} label={said.methodsIn[language]} />
            ))}
          </div>
          {heat && <HeatMap heat={heat} caption={caption} />}
          <h2>{said.table}</h2>
          <FiguresTable figures={figures} />
          <h2>{said.denominators}</h2>
          <DenominatorTable figures={figures} />
          <h2>{said.leaderboard}</h2>
          <Leaderboard study={study.study} question={question} />
          <h2>{said.position}</h2>
          <Position study={study.study} question={question} />
          <h2>{said.agreement}</h2>
          <Agreement study={study.study} raters={question.raters} />
        </>
      )}
    </section>
  );
}

/** What a reader should know first; the service's own sentence stands in where there is no other. */
function Warnings({ warnings }: { warnings: Schemas['ReportWarning'][] }) {
  const { report: said } = useWords();
  if (warnings.length === 0) return null;
  return (
    <aside className="warnings" aria-label={said.warningsTitle}>
      <strong>{said.warningsTitle}</strong>
      <ul>
        {warnings.map(({ code, message }) => (
          <li key={code} lang={said.warnings[code] ? undefined : 'en'}>
            {said.warnings[code] ?? message}
          </li>
        ))}
      </ul>
    </aside>
  );
}
