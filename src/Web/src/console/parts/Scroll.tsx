import type { ReactNode } from 'react';

interface Props {
  /** What is in it, for whoever hears the page. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** A wide table scrolls within itself, by keyboard too. */
export function Scroll({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={className ? `scroll ${className}` : 'scroll'} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
