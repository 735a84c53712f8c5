import { lazy, Suspense } from 'react';
import { Navigate, NavLink, useParams } from 'react-router';
import { Imports } from '../imports/Imports';
import { Loading } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { Shares } from '../shares/Shares';
import { Progress } from './Progress';
import { useStudy } from './queries';

const Exports = lazy(() => import('../exports/Exports').then((module) => ({ default: module.Exports })));
const Planner = lazy(() => import('../plan/Planner').then((module) => ({ default: module.Planner })));
const Setup = lazy(() => import('../setup/Setup').then((module) => ({ default: module.Setup })));
const Inbox = lazy(() => import('../inbox/Inbox').then((module) => ({ default: module.Inbox })));
const Judgments = lazy(() => import('../judgments/Judgments').then((module) => ({ default: module.Judgments })));
const PairPage = lazy(() => import('../judgments/PairPage').then((module) => ({ default: module.PairPage })));
const Raters = lazy(() => import('../raters/Raters').then((module) => ({ default: module.Raters })));
const Report = lazy(() => import('../reports/Report').then((module) => ({ default: module.Report })));
const Settings = lazy(() => import('./Settings').then((module) => ({ default: module.Settings })));

const TABS = ['setup', 'data', 'plan', 'raters', 'progress', 'report', 'inbox', 'export', 'settings'] as const;

/** On a phone the bar of tabs scrolls, and the one that is open is to be seen. */
const shown = (tab: HTMLElement | null) => tab?.scrollIntoView({ inline: 'center', block: 'nearest' });

export function StudyPage() {
  const words = useWords();
  const { study: id = '', tab, part } = useParams();
  const study = useStudy(id);
  if (!study.data) {
    return (
      <main>
        <Loading why={study.error} />
      </main>
    );
  }
  if (tab === undefined) return <Navigate to={`/studies/${id}/${study.data.state === 'draft' ? 'setup' : 'report'}`} replace />;
  return (
    <main>
      <div className="heading">
        <div>
          <h1>
            {study.data.name} <span className={`state ${study.data.state}`}>{words.studies.states[study.data.state]}</span>
          </h1>
          <p className="muted" lang={study.data.language}>
            {study.data.title} · {study.data.question}
          </p>
        </div>
      </div>
      <nav className="tabs" aria-label={study.data.name}>
        {TABS.filter((each) => each !== 'setup' || study.data.state === 'draft').map((each) => (
          <NavLink key={each} to={`/studies/${id}/${each}`} ref={tab === each ? shown : undefined}>
            {words.studies.tabs[each]}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={<Loading why={null} />}>
        {tab === 'setup' && <Setup study={study.data} step={part} />}
        {tab === 'data' && <Imports study={study.data} />}
        {tab === 'plan' && <Planner study={study.data} />}
        {tab === 'raters' && <Raters study={study.data} />}
        {tab === 'progress' && <Progress study={study.data} />}
        {tab === 'report' && (
          <>
            <Shares study={id} />
            <Report study={study.data} />
          </>
        )}
        {tab === 'judgments' && <Judgments study={id} />}
        {tab === 'pairs' && part !== undefined && <PairPage study={id} pair={part} />}
        {tab === 'inbox' && <Inbox study={study.data} />}
        {tab === 'export' && <Exports study={study.data} />}
        {tab === 'settings' && <Settings study={study.data} />}
      </Suspense>
    </main>
  );
}
