import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';

type Interval = Schemas['Interval'];

export const percent = (value: number) => (value * 100).toFixed(1);

/** A difference always says its sign. */
export const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value * 100).toFixed(1)}`;
export const plain = (value: number) => value.toFixed(3).replace('-', '−');
export const pValue = (p: number) => (p < 0.001 ? '<0.001' : p.toFixed(3));
/** In a sentence. */
export const pSaid = (p: number) => (p < 0.001 ? 'p < 0.001' : `p = ${pValue(p)}`);

interface Shown {
  value: number | null | undefined;
  as: (value: number) => string;
  /** Why it is missing. */
  why?: string;
}

/** A number for the eye, with the whole one behind it; where there is none, a dash that says why. */
export function Value({ value, as, why }: Shown) {
  const { report } = useWords();
  if (typeof value === 'number' && Number.isFinite(value)) return <data value={value}>{as(value)}</data>;
  return (
    <abbr className="missing" title={why || report.notGiven}>
      —
    </abbr>
  );
}

export function Estimate({ interval, as }: { interval: Interval; as: (value: number) => string }) {
  const { report } = useWords();
  const why = report.statuses[interval.status] ?? interval.status;
  if (interval.estimate === null) return <Value value={null} as={as} why={why} />;
  return (
    <>
      <Value value={interval.estimate} as={as} />{' '}
      <span className="interval">
        {interval.lower === null ? (
          <Value value={null} as={as} why={why} />
        ) : (
          <>
            [<Value value={interval.lower} as={as} />, <Value value={interval.upper} as={as} why={why} />]
          </>
        )}
      </span>
    </>
  );
}
