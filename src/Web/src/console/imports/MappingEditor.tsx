import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { FIELDS, type Layout, type Mapping, type Meaning, missing, toColumns, toMapping } from './mapping';

interface Props {
  table: readonly Schemas['TableColumn'][];
  /** What the server took the columns for, or proposes. */
  mapping?: Mapping;
  send: (mapping: Mapping) => void;
  open: boolean;
}

/** Says of each column of a table what it is. */
export function MappingEditor({ table, mapping, send, open }: Props) {
  const { imports: words } = useWords();
  const [layout, setLayout] = useState<Layout>(mapping?.layout ?? 'wide');
  const [columns, setColumns] = useState(() => toColumns(table, mapping, layout));
  const lay = (next: Layout) => {
    setLayout(next);
    setColumns(toColumns(table, mapping, next));
  };
  const change = (name: string, to: { is?: Meaning; model?: string }) =>
    setColumns(columns.map((each) => (each.name === name ? { ...each, ...to } : each)));
  const { none, several } = missing(columns, layout);

  return (
    <details className="mapping" open={open}>
      <summary>{words.columns}</summary>
      <fieldset>
        <legend>{words.layout}</legend>
        {(['wide', 'long', 'judgments'] as const).map((each) => (
          <label key={each} className="choice">
            <input type="radio" checked={layout === each} onChange={() => lay(each)} /> {words.layouts[each]}
          </label>
        ))}
      </fieldset>
      <Scroll label={words.columns}>
        <table>
          <thead>
            <tr>
              <th>{words.column}</th>
              <th>{words.samples}</th>
              <th>{words.means}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name} data-column={column.name}>
                <th scope="row">{column.name}</th>
                <td className="samples">
                  {column.samples.map((sample, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: cells of a fixed column, which may be equal
                    <span key={at}>{sample || '—'}</span>
                  ))}
                </td>
                <td>
                  <select
                    aria-label={words.meansOf(column.name)}
                    value={column.is}
                    onChange={(event) => change(column.name, { is: event.target.value as Meaning })}
                  >
                    <option value="">{words.passedOver}</option>
                    {FIELDS[layout].map((field) => (
                      <option key={field} value={field}>
                        {words.fields[field]}
                      </option>
                    ))}
                    {layout === 'wide' && <option value="answers">{words.fields.answers}</option>}
                  </select>
                  {column.is === 'answers' && (
                    <input
                      aria-label={words.modelOf(column.name)}
                      value={column.model}
                      onChange={(event) => change(column.name, { model: event.target.value })}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {none.length > 0 && <p className="warn">{words.noColumn(none.map((each) => words.fields[each]))}</p>}
      {several.length > 0 && <p className="warn">{words.severalColumns(several.map((each) => words.fields[each]))}</p>}
      <div className="actions">
        <button type="button" className="main" disabled={none.length + several.length > 0} onClick={() => send(toMapping(columns, layout))}>
          {words.readSo}
        </button>
      </div>
    </details>
  );
}
