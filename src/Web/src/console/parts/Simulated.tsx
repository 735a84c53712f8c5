import { useWords } from './words';

/** Said loudly wherever what is shown rests on judgments that nobody made. */
export function Simulated() {
  const { report: words } = useWords();
  return (
    <div className="simulated" role="note">
      <strong>{words.simulated}</strong> {words.simulatedText}
    </div>
  );
}
