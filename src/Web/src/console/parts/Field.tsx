import { type ReactNode, useId } from 'react';
import { Refused } from '../../shared/client';

interface Control {
  id: string;
  name: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}

interface Props {
  /** What the service calls it: a refusal of this field is told here. */
  name: string;
  label: ReactNode;
  hint?: ReactNode;
  why: unknown;
  children: (control: Control) => ReactNode;
}

/** A control with its label, its hint, and what the service says of it. */
export function Field({ name, label, hint, why, children }: Props) {
  const id = useId();
  const errors = errorsOf(why, [name]);
  const about = [hint && `${id}-hint`, errors.length > 0 && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {children({ id, name, 'aria-invalid': errors.length > 0 || undefined, 'aria-describedby': about || undefined })}
      {errors.length > 0 && (
        <p className="field-error" id={`${id}-error`} role="alert" lang="en">
          {errors.join(' ')}
        </p>
      )}
    </div>
  );
}

/** What a refusal says of these fields. */
export const errorsOf = (why: unknown, fields: readonly string[]): string[] =>
  why instanceof Refused ? (why.problem.errors ?? []).filter((each) => fields.includes(each.field ?? '')).map((each) => each.message) : [];
