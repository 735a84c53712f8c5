import { useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Choice } from '../parts/Choice';
import { CopyButton } from '../parts/CopyButton';
import { Field } from '../parts/Field';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Simulated } from '../parts/Simulated';
import { useSpoken } from '../parts/words';
import { percentOf } from '../setup/fields';
import { Answer } from './Answer';
import { NeedTable } from './NeedTable';
import { PlanTable } from './PlanTable';
import './plan.css';
import { type PlanQuery, usePlan } from './queries';

/** What may be asked; what is typed as a percentage is a share to the service. The page's address keeps it. */
const FIELDS = [
  { name: 'half_width', isShare: true, least: 0.1, most: 40 },
  { name: 'net', isShare: true, least: 0.5, most: 95 },
  { name: 'power', isShare: true, least: 5, most: 99.9 },
  { name: 'confidence', isShare: true, least: 50, most: 99.9 },
  { name: 'prompts', isShare: false, least: 2, most: 1_000_000 },
  { name: 'raters', isShare: false, least: 2, most: 100_000 },
  { name: 'overlap', isShare: false, least: 1, most: 1000 },
] as const;

type Name = (typeof FIELDS)[number]['name'];
const NAMES: readonly string[] = FIELDS.map((each) => each.name);

const queryOf = (asked: URLSearchParams): PlanQuery =>
  Object.fromEntries(
    FIELDS.flatMap(({ name, isShare }) => {
      const typed = asked.get(name);
      return typed ? [[name, isShare ? Number((Number(typed) / 100).toFixed(6)) : Number(typed)]] : [];
    }),
  );

/** How many prompts, raters and judgments a wish asks for, and what the study's design comes to. */
export function Planner({ study }: { study: Schemas['Study'] }) {
  const { words: all, language } = useSpoken();
  const words = all.plan;
  const [asked, ask] = useSearchParams();
  const plan = usePlan(study.study, queryOf(asked));
  const items = plan.data?.items ?? [];
  const chosen = items[Number(asked.get('comparison') ?? 0)] ?? items[0];
  const names = Object.fromEntries(items.map((row, at) => [String(at), `${row.model} ${all.report.against} ${row.baseline}`]));
  /** What holds where nothing is typed. */
  const standing: Record<Name, string> = {
    half_width: '5',
    net: '10',
    power: '80',
    confidence: percentOf(study.analysis.confidence),
    prompts: words.asStudy,
    raters: chosen ? String(chosen.planned.raters) : '',
    overlap: String(study.overlap.base),
  };

  return (
    <section className="planner">
      <p className="muted">{words.intro}</p>
      <form
        key={asked.toString()}
        className="wishes"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]);
          ask(new URLSearchParams(typed.filter(([, value]) => value !== '') as [string, string][]));
        }}
      >
        {FIELDS.map(({ name, isShare, least, most }) => (
          <Field key={name} name={name} label={words.wishes[name]} why={plan.error}>
            {(control) => (
              <input
                {...control}
                type="number"
                min={least}
                max={most}
                step={isShare ? 'any' : 1}
                placeholder={standing[name]}
                defaultValue={asked.get(name) ?? ''}
              />
            )}
          </Field>
        ))}
        <button type="submit" className="main">
          {words.work}
        </button>
      </form>
      <ProblemBox why={plan.error} atFields={NAMES} />
      {!plan.data && !plan.error && <Loading why={null} />}
      {plan.data && items.length === 0 && <p className="missing-part">{words.nothing}</p>}
      {plan.data && chosen && (
        <>
          {items.length > 1 && (
            <div className="which">
              <Choice
                label={words.comparison}
                value={String(items.indexOf(chosen))}
                options={names}
                choose={(value) => {
                  const next = new URLSearchParams(asked);
                  next.set('comparison', value);
                  ask(next, { replace: true });
                }}
              />
            </div>
          )}
          {plan.data.simulated && items.some((row) => row.basis.pilot_judgments > 0) && <Simulated />}
          <Answer plan={plan.data} row={chosen} />
          <h2>{words.needed}</h2>
          <NeedTable plan={plan.data} />
          <h2>{words.planned}</h2>
          <PlanTable plan={plan.data} />
          <details className="methods">
            <summary>{words.methods}</summary>
            <p>{plan.data.methods[language === 'en' ? 'en' : 'zh']}</p>
            <CopyButton text={plan.data.methods[language === 'en' ? 'en' : 'zh']} />
          </details>
        </>
      )}
    </section>
  );
}
