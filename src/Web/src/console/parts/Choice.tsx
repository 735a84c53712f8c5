interface Props {
  label: string;
  value: string | undefined;
  options: Record<string, string>;
  /** What is said where nothing is chosen; none: one of them always is. */
  first?: string;
  choose: (value: string) => void;
}

/** One of several, or what holds when nothing is chosen. */
export function Choice({ label, value, options, first, choose }: Props) {
  return (
    <label>
      {label}
      <select value={value ?? ''} onChange={(event) => choose(event.target.value)}>
        {first !== undefined && <option value="">{first}</option>}
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
