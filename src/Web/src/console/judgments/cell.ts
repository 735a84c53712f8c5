import type { Question } from '../reports/question';

interface Row {
  model: string;
  baseline: string;
  slice?: { value?: string | null } | null;
}

/** The page of the judgments behind one number of a preference report: what the report was asked, then which row, slice and outcome. */
export function cellOf(study: string, question: Question, row: Row, outcome?: string): string {
  const { by, scope: _, confidence: __, ...asked } = question;
  const query = new URLSearchParams(asked);
  if (row.slice && by !== undefined) {
    query.set('by', by);
    query.set('slice', row.slice.value ?? '');
  }
  query.set('row_model', row.model);
  query.set('row_baseline', row.baseline);
  if (outcome !== undefined) query.set('outcome', outcome);
  query.set('counts', 'true');
  return `/studies/${study}/judgments?${query}`;
}
