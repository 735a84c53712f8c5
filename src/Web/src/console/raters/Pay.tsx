import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { type PayQuestion, paySheet, usePay } from './queries';

/** What raters did, day by day, and what it comes to. */
export function Pay({ study }: { study: string }) {
  const { raters: words } = useWords();
  const [question, setQuestion] = useState<PayQuestion>({ from: '', to: '', rate: '', per: 'judgment' });
  const pay = usePay(study, question);
  const sheet = pay.data;
  const set = (field: keyof PayQuestion) => (event: { target: { value: string } }) =>
    setQuestion({ ...question, [field]: event.target.value });
  return (
    <>
      <p className="muted">{words.payText}</p>
      <div className="inline">
        <label>
          {words.from}
          <input type="date" value={question.from || sheet?.from || ''} onChange={set('from')} />
        </label>
        <label>
          {words.to}
          <input type="date" value={question.to || sheet?.to || ''} onChange={set('to')} />
        </label>
        <label>
          {words.rate}
          <input inputMode="decimal" value={question.rate} onChange={set('rate')} />
        </label>
        <label>
          {words.per}
          <select value={question.per} onChange={set('per')}>
            <option value="judgment">{words.pers.judgment}</option>
            <option value="hour">{words.pers.hour}</option>
          </select>
        </label>
      </div>
      {!sheet && <Loading why={pay.error} />}
      {sheet && sheet.items.length === 0 && <p className="muted">{words.noPay}</p>}
      {sheet && sheet.items.length > 0 && (
        <>
          <PayRows rows={sheet.totals} label={words.pay} />
          <p className="files">
            {(['csv', 'xlsx'] as const).map((format) => (
              <a key={format} download href={paySheet(study, question, format)}>
                {format.toUpperCase()}
              </a>
            ))}
          </p>
          <details>
            <summary>{words.byDay}</summary>
            <PayRows rows={sheet.items} label={words.byDay} />
          </details>
        </>
      )}
    </>
  );
}

function PayRows({ rows, label }: { rows: Schemas['PayRow'][]; label: string }) {
  const { raters: words } = useWords();
  const columns = [words.judged, words.surplus, words.gold, words.practice, words.skipped, words.minutes, words.amount];
  return (
    <Scroll label={label}>
      <table className="pay">
        <thead>
          <tr>
            <th>{words.name}</th>
            <th>{words.group}</th>
            <th>{words.day}</th>
            {columns.map((column) => (
              <th key={column} className="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.rater} ${row.day}`}>
              <th>{row.rater}</th>
              <td>{row.group ?? '—'}</td>
              <td className="when">{row.day ?? words.total}</td>
              {[row.judged, row.surplus, row.gold, row.practice, row.skipped].map((count, at) => (
                <td key={columns[at]} className="number">
                  {count}
                </td>
              ))}
              <td className="number">{row.active_minutes.toFixed(2)}</td>
              <td className="number">{typeof row.amount === 'number' ? row.amount.toFixed(2) : '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
