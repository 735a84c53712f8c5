import { useState } from 'react';
import { Refused } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';

const A_PAGE = 20;

/** What is wrong with a file: its bad rows page by page, or the whole of it. */
export function FileProblem({ why }: { why: unknown }) {
  const all = useWords();
  const words = all.imports;
  const [page, setPage] = useState(0);
  if (!(why instanceof Refused)) return <ProblemBox why={why} />;
  const { problem } = why;
  if (why.name === 'mapping-needed') return <p>{words.mappingNeeded}</p>;
  if (why.name !== 'import-rejected') return <ProblemBox why={why} />;

  const errors = problem.errors ?? [];
  const pages = Math.ceil(errors.length / A_PAGE);
  return (
    <div className="problem" role="alert">
      <strong>{words.rejected}</strong>
      <p>{words.rejectedHow}</p>
      {problem.format && (
        <p className="muted">{words.readAs(problem.format, words.encodings[problem.encoding ?? ''] ?? problem.encoding)}</p>
      )}
      <Scroll label={words.rejected}>
        <table className="errors">
          <caption>{all.errorsListed(errors.length, problem.error_count ?? errors.length)}</caption>
          <thead>
            <tr>
              <th className="number">{all.line}</th>
              <th>{all.field}</th>
              <th>{all.message}</th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(page * A_PAGE, (page + 1) * A_PAGE).map((error) => (
              <tr key={`${error.line} ${error.field} ${error.message}`}>
                <td className="number">{error.line ?? '—'}</td>
                <td>{error.field ?? '—'}</td>
                <td lang="en">{error.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {pages > 1 && (
        <div className="actions">
          <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {words.before}
          </button>
          <span className="page">{words.page(page + 1, pages)}</span>
          <button type="button" disabled={page + 1 === pages} onClick={() => setPage(page + 1)}>
            {words.after}
          </button>
        </div>
      )}
    </div>
  );
}
