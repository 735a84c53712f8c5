import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { cellOf } from '../judgments/cell';
import { CopyButton } from '../parts/CopyButton';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Simulated } from '../parts/Simulated';
import { useWords } from '../parts/words';
import { Agreement } from './Agreement';
import { Bars } from './Bars';
import { Filters } from './Filters';
import { Forest } from './Forest';
import { HeatMap } from './HeatMap';
import { Judges } from './Judges';
import { Leaderboard } from './Leaderboard';
import { Length } from './Length';
import { Position } from './Position';
import { hasOneRater, prepare } from './prepare';
import { prepareHeat } from './prepareHeat';
import { usePreference } from './queries';
import { CHIPS, type Field, readQuestion } from './question';
import { RaterQuality } from './RaterQuality';
import './report.css';
import { Slices } from './Slices';
import { TableLinks } from './TableLinks';
import { captionOf, DenominatorTable, FiguresTable } from './Tables';

/** More comparisons than these nobody reads in a figure. */
const DRAWN = 40;

/** What may leave judgments out. */
const NARROWING = [...CHIPS, 'model', 'baseline', 'criterion', 'raters', 'leaks'] as const;

interface Props {
  study: Pick<Schemas['Study'], 'study'> & Partial<Pick<Schemas['SharedStudy'], 'criteria' | 'model_attributes'>>;
  /** As the viewer of a share sees it: nothing leads to judgments, and nobody who judged is named. */
  shared?: boolean;
}

export function Report({ study, shared = false }: Props) {
  const words = useWords();
  const { report: said } = words;
  const [search, setSearch] = useSearchParams();
  const question = readQuestion(search);
  const preference = usePreference(study.study, question);
  const report = preference.data;
  const choose = (field: Field, value: string | null) =>
    setSearch((before) => {
      if (value === null) before.delete(field);
      else before.set(field, value);
      // What was a slice is the whole now.
      if (value !== null && field !== 'by' && before.get('by') === field) before.delete('by');
      return before;
    });

  const { model, figures } = report ? prepare(report, said.against) : { model: null, figures: [] };
  const rows = figures.map((figure) => figure.row);
  const drawn = figures.slice(0, DRAWN);
  const caption = report ? captionOf(report, rows, said) : '';
  const heat = prepareHeat(rows);
  const judged = rows.some((row) => row.n > 0);
  const simulated = report?.simulated === true && judged;
  const cell = shared ? null : (row: Parameters<typeof cellOf>[2], outcome?: string) => cellOf(study.study, question, row, outcome);
  const section = { study: study.study, question };
  return (
    <section className="reading">
      {shared && report && (
        <p className="read-only" role="note">
          {words.shares.readOnly(report.sequence)}
        </p>
      )}
      {simulated && <Simulated />}
      <Filters study={study} question={question} choose={choose} shared={shared} />
      {report && (
        <p>
          <span className="badge">
            {report.analysis === 'primary' ? said.primary : said.sensitivity} · {words.raters.kinds[report.raters]}
          </span>
        </p>
      )}
      {preference.error ? <ProblemBox why={preference.error} /> : !report && <Loading why={null} />}
      {report && !judged && (
        <p className="missing-part" role="note">
          {NARROWING.some((field) => question[field] !== undefined) ? said.emptyOfThese : said.empty}{' '}
          {!shared && <Link to={`/studies/${study.study}/raters`}>{said.inviteRaters}</Link>}
        </p>
      )}
      {report && !judged && figures.length > 0 && (
        <>
          <h2>{said.denominators}</h2>
          <DenominatorTable figures={figures} />
        </>
      )}
      {report && judged && (
        <>
          <Warnings warnings={report.warnings} />
          {hasOneRater(rows) && (
            <p className="missing-part" role="note">
              {said.oneRater}{' '}
              {report.scope === 'raters_like_these' && (
                <button type="button" className="link" onClick={() => choose('scope', 'these_raters')}>
                  {said.oneRaterScope}
                </button>
              )}{' '}
              {!shared && <Link to={`/studies/${study.study}/raters`}>{said.inviteRaters}</Link>}
            </p>
          )}
          <div className="charts">
            <Bars model={model} figures={drawn} caption={caption} />
            <Forest model={model} figures={drawn} caption={caption} />
          </div>
          {figures.length > DRAWN && <p>{said.moreGroups(figures.length - DRAWN)}</p>}
          <p className="caption">{caption}</p>
          <div className="actions">
            {(['en', 'zh'] as const).map((language) => (
              <CopyButton key={language} text={report.methods[language]} label={said.methodsIn[language]} />
            ))}
          </div>
          {heat && <HeatMap heat={heat} caption={caption} link={cell} />}
          <h2>{said.table}</h2>
          <FiguresTable rows={rows} cell={cell} />
          <TableLinks {...section} report="preference" title={said.table} />
          {report.slices.length > 0 && question.by !== undefined && <Slices report={report} by={question.by} cell={cell} choose={choose} />}
          <h2>{said.denominators}</h2>
          <DenominatorTable figures={figures} />
          <h2>{said.leaderboard}</h2>
          <Leaderboard {...section} />
          <TableLinks {...section} report="leaderboard" title={said.leaderboard} />
          <h2>{said.position}</h2>
          <Position {...section} />
          <TableLinks {...section} report="position" title={said.position} />
          <h2>{said.agreement}</h2>
          <Agreement {...section} />
          <TableLinks {...section} report="agreement" title={said.agreement} />
          <OnDemand title={said.length}>
            <Length {...section} />
            <TableLinks {...section} report="length" title={said.length} />
          </OnDemand>
          {!shared && (
            <OnDemand title={said.quality}>
              <RaterQuality {...section} />
              <TableLinks {...section} report="raters" title={said.quality} />
            </OnDemand>
          )}
          <OnDemand title={said.judges}>
            <Judges {...section} />
            <TableLinks {...section} report="judges" title={said.judges} />
          </OnDemand>
        </>
      )}
    </section>
  );
}

/** A part that few readers look at: asked for when it is opened. */
function OnDemand({ title, children }: { title: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="on-demand" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{title}</h2>
      </summary>
      {open && children}
    </details>
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
