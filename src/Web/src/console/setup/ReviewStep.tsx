import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Refused, type Schemas } from '../../shared/client';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { PlanTable } from '../plan/PlanTable';
import { usePlan } from '../plan/queries';
import { useUpdateStudy } from '../studies/queries';
import { percentOf } from './fields';
import { useModels } from './queries';
import { Back, type StepProps } from './StepForm';
import { type StepName, stepOf } from './steps';

/** What was decided, what it comes to, what is still missing; and the button that opens the study. */
export function ReviewStep({ study }: StepProps) {
  const { setup: words } = useWords();
  const models = useModels(study.study);
  const plan = usePlan(study.study, {});
  const open = useUpdateStudy(study.study);
  const missing = missingOf(study, models.data);
  const refused = open.error instanceof Refused ? (open.error.problem.errors ?? []).map((each) => stepOf(each.field)) : [];
  const steps = [...new Set(refused)].filter((each): each is StepName => each !== null);
  return (
    <>
      <Decided study={study} models={models.data?.map((each) => each.name)} />
      <h3>{words.planned}</h3>
      {!plan.data && <Loading why={plan.error} />}
      {plan.data && plan.data.items.length === 0 && <p className="missing-part">{words.noComparisons}</p>}
      {plan.data && plan.data.items.length > 0 && (
        <>
          <PlanTable plan={plan.data} />
          <p>
            <Link to={`/studies/${study.study}/plan`}>{words.toPlanner}</Link>
          </p>
        </>
      )}
      {(missing.length > 0 || study.warnings.length > 0) && (
        <ul className="missing-part">
          {missing.map((each) => (
            <li key={each.what}>
              {words.lacks[each.what]} <Link to={`/studies/${study.study}/setup/${each.step}`}>{words.steps[each.step]}</Link>
            </li>
          ))}
          {study.warnings.map((each) => (
            <li key={`${each.code} ${each.category} ${each.language}`}>
              {words.warnings[each.code]?.(each) ?? each.message} <Link to={`/studies/${study.study}/raters`}>{words.inviteThem}</Link>
            </li>
          ))}
        </ul>
      )}
      <ProblemBox why={open.error} />
      {steps.map((step) => (
        <p key={step}>
          <Link to={`/studies/${study.study}/setup/${step}`}>{words.mendIn(words.steps[step])}</Link>
        </p>
      ))}
      <p className="muted">{words.fixedThen}</p>
      <div className="actions">
        <button type="button" className="main" disabled={open.isPending} onClick={() => open.mutate({ state: 'open' })}>
          {words.open}
        </button>
        <Back study={study.study} step="review" />
      </div>
    </>
  );
}

type Lack = 'models' | 'oneModel' | 'focal' | 'guidelines';

/** What can be seen to be missing without asking to open. */
function missingOf(study: Schemas['Study'], models: Schemas['Model'][] | undefined): { what: Lack; step: StepName }[] {
  if (models === undefined) return [];
  const missing: { what: Lack; step: StepName }[] = [];
  if (models.length < 2) missing.push({ what: models.length === 0 ? 'models' : 'oneModel', step: 'data' });
  const { kind, focal } = study.design;
  if (kind === 'focal' && !models.some((each) => each.name === focal)) missing.push({ what: 'focal', step: 'design' });
  if (study.guidelines === '') missing.push({ what: 'guidelines', step: 'question' });
  return missing;
}

function Decided({ study, models }: { study: Schemas['Study']; models: string[] | undefined }) {
  const { setup: words, studies, report } = useWords();
  const { design, overlap, analysis } = study;
  const rows: [StepName, ReactNode][] = [
    [
      'question',
      <span key="question" lang={study.language}>
        {study.title} · {study.question}
      </span>,
    ],
    ['data', models === undefined ? '…' : words.modelsKnown(models)],
    [
      'design',
      words.designSaid(
        [words.designs[design.kind].name, design.focal].filter(Boolean).join(' · '),
        overlap.base,
        percentOf(study.gold_share),
        percentOf(study.repeat_share),
      ),
    ],
    ['analysis', words.analysisSaid(words.estimands[analysis.estimand].name, report.units[analysis.unit], percentOf(analysis.confidence))],
    ['raters', words.ratersSaid(percentOf(study.max_share), study.qualification)],
  ];
  return (
    <dl className="decided">
      {rows.map(([step, said]) => (
        <div key={step}>
          <dt>{words.steps[step]}</dt>
          <dd>
            {said}{' '}
            <Link to={`/studies/${study.study}/setup/${step}`} aria-label={`${studies.change}: ${words.steps[step]}`}>
              {studies.change}
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  );
}
