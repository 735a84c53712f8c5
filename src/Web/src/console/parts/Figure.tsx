import type { ReactNode } from 'react';

/** One number with its name, in a `<dl className="figures">`. */
export function Figure({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
