import { useEffect, useRef } from 'react';
import { Link, Navigate, useHref } from 'react-router';
import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';
import { AnalysisStep } from './AnalysisStep';
import { DataStep } from './DataStep';
import { DesignStep } from './DesignStep';
import { PreviewStep } from './PreviewStep';
import { QuestionStep } from './QuestionStep';
import { RatersStep } from './RatersStep';
import { ReviewStep } from './ReviewStep';
import type { Way } from './StepForm';
import './setup.css';
import { isStep, STEPS, type StepName } from './steps';

const PAGES = {
  question: QuestionStep,
  data: DataStep,
  design: DesignStep,
  preview: PreviewStep,
  analysis: AnalysisStep,
  raters: RatersStep,
  review: ReviewStep,
};

/** From a name to an open study. Each step is saved with the draft and has an address of its own. */
export function Setup({ study, step }: { study: Schemas['Study']; step: string | undefined }) {
  const { setup: words, settings } = useWords();
  const way: Way = useRef({ form: null, refused: false, to: null });
  useSaveBeforeLeaving(way);
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    // external system: the browser's focus, which goes with the button that led to this step
    if (shown.current === step) return;
    shown.current = step;
    title.current?.focus();
  }, [step]);
  if (!isStep(step)) return <Navigate to={`/studies/${study.study}/setup/question`} replace />;
  if (study.state !== 'draft') return <Navigate to={`/studies/${study.study}/progress`} replace />;
  const Page = PAGES[step];
  return (
    <div className="setup">
      <Steps study={study.study} now={step} />
      <section>
        <h2 id="step-title" ref={title} tabIndex={-1}>
          {words.steps[step]}
        </h2>
        <p className="muted">{words.intros[step]}</p>
        {study.locked && (
          <p className="missing-part" role="note">
            {settings.isLocked} <Link to={`/studies/${study.study}/settings`}>{settings.lock}</Link>
          </p>
        )}
        <Page key={step} study={study} way={way} />
      </section>
    </div>
  );
}

/** A step that was changed is saved before any link leads away from it. Where it cannot be saved, whoever leaves is asked. */
function useSaveBeforeLeaving(way: Way) {
  const { setup: words } = useWords();
  const root = useHref('/');
  useEffect(() => {
    // external system: the document's clicks, since links that lead away stand outside of the steps as well, and the closing of the page
    const leave = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const { form, refused } = way.current;
      if (!link || !form?.isConnected || link.origin !== location.origin || link.pathname === location.pathname) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab: this one stays
      if ((refused || !form.checkValidity()) && confirm(words.leaveUnsaved)) {
        way.current.form = null;
        return;
      }
      event.preventDefault();
      way.current.to = link.pathname.slice(root.length) + link.search || '/';
      form.requestSubmit();
    };
    // The browser asks in words of its own.
    const close = (event: BeforeUnloadEvent) => way.current.form?.isConnected && event.preventDefault();
    document.addEventListener('click', leave, true);
    addEventListener('beforeunload', close);
    return () => {
      document.removeEventListener('click', leave, true);
      removeEventListener('beforeunload', close);
    };
  }, [way, words, root]);
}

export function Steps({ study, now }: { study?: string; now: StepName }) {
  const { setup: words } = useWords();
  return (
    <nav aria-label={words.title}>
      <ol className="steps">
        {STEPS.map((step) => (
          <li key={step}>
            {study === undefined ? (
              <span className={step === now ? 'now' : 'muted'} aria-current={step === now ? 'step' : undefined}>
                {words.steps[step]}
              </span>
            ) : (
              <Link
                to={`/studies/${study}/setup/${step}`}
                aria-current={step === now ? 'step' : undefined}
                className={step === now ? 'now' : undefined}
              >
                {words.steps[step]}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
