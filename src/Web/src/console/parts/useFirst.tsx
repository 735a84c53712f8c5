import { type ReactNode, useState } from 'react';
import { useWords } from './words';

/** The first rows of a long table, and a button for more of them; a browser draws a thousand rows of numbers slowly. */
export function useFirst<T>(rows: T[], step = 100): { first: T[]; more: ReactNode } {
  const words = useWords();
  const [shown, setShown] = useState(step);
  const more = rows.length > shown && (
    <p>
      <button type="button" onClick={() => setShown(shown + step)}>
        {words.moreRows(Math.min(step, rows.length - shown), rows.length - shown)}
      </button>
    </p>
  );
  return { first: rows.slice(0, shown), more };
}
