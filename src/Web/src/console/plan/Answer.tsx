import type { Schemas } from '../../shared/client';
import { useSpoken } from '../parts/words';
import { percent } from '../reports/numbers';
import { percentOf } from '../setup/fields';
import { dayOf, whole } from './numbers';

type Need = Schemas['PlanNeed'];

/** The plan of one comparison, in sentences. */
export function Answer({ plan, row }: { plan: Schemas['PlanReport']; row: Schemas['PlanRow'] }) {
  const { words: all, language } = useSpoken();
  const words = all.plan;
  const { planned, basis, floor_half_width: floor } = row;
  const wish = `±${percentOf(plan.half_width)}`;
  const search = words.search(percentOf(plan.net), percentOf(plan.power));
  const need = (what: string, its: Need) =>
    its.prompts != null
      ? words.enough(what, whole(its.prompts), whole(its.judgments ?? 0), planned.raters, planned.overlap)
      : its.raters != null
        ? words.onlyRaters(what, planned.raters, whole(its.raters), whole(planned.prompts))
        : words.neither(what, planned.raters, whole(planned.prompts));
  const day = (what: string, its: Need) => its.day && <li className="day">{words.onDay(what, dayOf(its.day, language))}</li>;
  const { pace } = plan;
  return (
    <div className="card answer" aria-live="polite">
      <p className="lead">{need(wish, row.for_half_width)}</p>
      <p className="lead">{need(search, row.for_power)}</p>
      <ul>
        <li>{floor > 0 ? words.floorSaid(percent(floor), planned.raters) : words.noFloor}</li>
        <li>
          {words.plannedSaid(
            whole(planned.prompts),
            planned.raters,
            planned.overlap,
            whole(planned.judgments),
            percent(planned.half_width),
            percent(planned.power),
            percentOf(plan.net),
          )}
          {all.between}
          {words.oneMore(percent(row.one_more_prompt.half_width), percent(row.one_more_rater.half_width))}
        </li>
        {pace && pace.to_come > 0 && (
          <li>{words.pace(pace.judgments_a_day.toFixed(1), whole(pace.to_come), pace.done ? dayOf(pace.done, language) : null)}</li>
        )}
        {day(wish, row.for_half_width)}
        {day(search, row.for_power)}
        {plan.raters_without_repeats > 0 && <li>{words.withoutRepeats(plan.raters_without_repeats)}</li>}
      </ul>
      <p className="muted">
        {words.basis(
          percent(basis.win_share),
          percent(basis.tie_share),
          percent(basis.loss_share),
          words.from(basis.outcomes, whole(basis.pilot_judgments)),
        )}
        {all.between}
        {words.parts(
          percent(basis.prompt_share),
          words.from(basis.prompts, whole(basis.pilot_judgments)),
          percent(basis.rater_share),
          words.from(basis.raters, whole(basis.pilot_judgments)),
        )}
      </p>
    </div>
  );
}
