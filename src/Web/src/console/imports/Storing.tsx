import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';

/** How far an import is written, and how fast. */
export function Storing({ of }: { of: Schemas['ImportSummary'] }) {
  const { imports: words } = useWords();
  const begun = of.rows_done > 0;
  return (
    <div className="storing" role="status">
      <progress max={Math.max(1, of.rows)} value={begun ? of.rows_done : undefined} aria-label={words.states.storing} />
      <span>
        {begun ? words.rowsDone(of.rows_done, of.rows) : words.states.storing}
        {of.rows_per_second != null && ` · ${words.perSecond(of.rows_per_second)}`}
      </span>
    </div>
  );
}
