import type { Schemas } from '../../shared/client';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { percent } from '../reports/numbers';
import { percentOf } from '../setup/fields';
import { whole } from './numbers';
import './plan.css';

/** What the design comes to, comparison by comparison. */
export function PlanTable({ plan }: { plan: Schemas['PlanReport'] }) {
  const { words: all } = useSpoken();
  const words = all.plan;
  return (
    <>
      <p className="muted">{words.tableCaption(percentOf(plan.confidence), percentOf(plan.net))}</p>
      <Scroll label={words.table} className="plan-rows">
        <table className="plan">
          <thead>
            <tr>
              <th scope="col">{words.comparison}</th>
              <th scope="col" className="number">
                {words.prompts}
              </th>
              <th scope="col" className="number">
                {words.raters}
              </th>
              <th scope="col" className="number">
                {words.judgments}
              </th>
              <th scope="col" className="number">
                {words.halfWidth}
              </th>
              <th scope="col" className="number">
                {words.floor}
              </th>
              <th scope="col" className="number">
                {words.power}
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.items.map((row) => (
              <tr key={`${row.model} ${row.baseline}`}>
                <th scope="row">
                  {row.model} {all.report.against} {row.baseline}
                </th>
                <td className="number">{whole(row.planned.prompts)}</td>
                <td className="number">{whole(row.planned.raters)}</td>
                <td className="number">{whole(row.planned.judgments)}</td>
                <td className="number">±{percent(row.planned.half_width)}</td>
                <td className="number">±{percent(row.floor_half_width)}</td>
                <td className="number">{percent(row.planned.power)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
