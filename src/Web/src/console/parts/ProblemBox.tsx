import { Refused } from '../../shared/client';
import { useWords } from './words';

/**
 * What went wrong, in the reader's language as far as the kind of problem is known; the service's own sentence follows. What is told at its field
 * (`atFields`) is not told again.
 */
export function ProblemBox({ why, atFields = [] }: { why: unknown; atFields?: readonly string[] }) {
  const words = useWords();
  if (why === null || why === undefined) return null;
  if (!(why instanceof Refused))
    return (
      <div className="problem" role="alert">
        {words.unreachable}
      </div>
    );
  const { problem } = why;
  const errors = (problem.errors ?? []).filter((error) => !atFields.includes(error.field ?? ''));
  return (
    <div className="problem" role="alert">
      <strong>{words.problems[why.name] ?? problem.title}</strong>
      {problem.detail && <p lang="en">{problem.detail}</p>}
      {errors.length > 0 && (
        <div className="scroll">
          <table className="errors">
            <caption>{words.errorsListed(errors.length, Math.max(problem.error_count ?? 0, errors.length))}</caption>
            <thead>
              <tr>
                <th className="number">{words.line}</th>
                <th>{words.field}</th>
                <th>{words.message}</th>
              </tr>
            </thead>
            <tbody>
              {errors.map((error) => (
                <tr key={`${error.line} ${error.field} ${error.message}`}>
                  <td className="number">{error.line ?? '—'}</td>
                  <td>{error.field ?? '—'}</td>
                  <td lang="en">{error.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

export function Loading({ why }: { why: unknown }) {
  const words = useWords();
  return why ? <ProblemBox why={why} /> : <p className="muted">{words.loading}</p>;
}
