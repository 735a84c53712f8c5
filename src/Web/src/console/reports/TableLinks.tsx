import { useWords } from '../parts/words';
import { fileOf } from './queries';
import { FIELDS, type Field, type Question } from './question';

export const FORMATS = ['csv', 'jsonl', 'parquet', 'latex', 'markdown'] as const;
const NAMES = { csv: 'CSV', jsonl: 'JSONL', parquet: 'Parquet', latex: 'LaTeX', markdown: 'Markdown' };
const SHARED: readonly Field[] = ['category', 'tag', 'language', 'wave', 'raters', 'leaks', 'at', 'confidence'];
const TAKES: Record<string, readonly Field[]> = {
  preference: FIELDS,
  leaderboard: [...SHARED, 'scope'],
  agreement: SHARED,
  position: [...SHARED, 'scope'],
  length: [...SHARED, 'scope', 'model', 'baseline'],
  raters: [...SHARED, 'scope'],
  judges: SHARED.filter((field) => field !== 'raters'),
};

/** A report's tables as files, of the question that is shown. */
export function TableLinks({ study, report, question, title }: { study: string; report: string; question: Question; title: string }) {
  const { report: words } = useWords();
  return (
    <p className="files">
      {words.tableAs}{' '}
      {FORMATS.map((format) => (
        <a
          key={format}
          download
          href={fileOf(study, report, question, TAKES[report] ?? [], format)}
          aria-label={words.save(title, NAMES[format])}
        >
          {NAMES[format]}
        </a>
      ))}
    </p>
  );
}
