import type { Schemas } from '../../shared/client';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { percentOf } from '../setup/fields';
import { dayOf, whole } from './numbers';

/** What each wish asks for, comparison by comparison. */
export function NeedTable({ plan }: { plan: Schemas['PlanReport'] }) {
  const { words: all } = useSpoken();
  const words = all.plan;
  const dated = plan.items.some((row) => row.for_half_width.day || row.for_power.day);
  const wishes = [
    { key: 'for_half_width', label: `±${percentOf(plan.half_width)}` },
    { key: 'for_power', label: words.search(percentOf(plan.net), percentOf(plan.power)) },
  ] as const;
  return (
    <>
      <p className="muted">{words.neededCaption}</p>
      <Scroll label={words.needed} className="plan-rows">
        <table className="needs">
          <thead>
            <tr>
              <td />
              {wishes.map((wish) => (
                <th key={wish.key} scope="colgroup" colSpan={dated ? 5 : 4} className="group">
                  {wish.label}
                </th>
              ))}
            </tr>
            <tr>
              <th scope="col">{words.comparison}</th>
              {wishes.map((wish) => (
                <Heads key={wish.key} dated={dated} />
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.items.map((row) => (
              <tr key={`${row.model} ${row.baseline}`}>
                <th scope="row">
                  {row.model} {all.report.against} {row.baseline}
                </th>
                {wishes.map((wish) => (
                  <Cells key={wish.key} need={row[wish.key]} dated={dated} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Heads({ dated }: { dated: boolean }) {
  const { words: all } = useSpoken();
  const words = all.plan;
  return [words.prompts, words.judgments, words.orRaters, words.independent, ...(dated ? [words.day] : [])].map((head) => (
    <th key={head} scope="col" className="number">
      {head}
    </th>
  ));
}

function Cells({ need, dated }: { need: Schemas['PlanNeed']; dated: boolean }) {
  const { words: all, language } = useSpoken();
  const words = all.plan;
  return (
    <>
      {[need.prompts, need.judgments, need.raters].map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three columns that never change
        <td key={at} className="number">
          {value != null ? (
            whole(value)
          ) : (
            <abbr className="missing" title={at === 2 ? words.ratersNoHelp : words.promptsNoHelp}>
              —
            </abbr>
          )}
        </td>
      ))}
      <td className="number">{whole(need.independent_judgments)}</td>
      {dated && <td className="number">{need.day ? dayOf(need.day, language) : '—'}</td>}
    </>
  );
}
