import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { Refused } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useModels, usePreview } from './queries';
import { Onward, type StepProps } from './StepForm';

const Screen = lazy(() => import('./Screen').then((module) => ({ default: module.Screen })));

/** What a rater is to see, with a row of the study's own: by the code that draws it for her. */
export function PreviewStep({ study }: StepProps) {
  const { setup: words } = useWords();
  const [cursor, setCursor] = useState<string>();
  const models = useModels(study.study).data;
  const preview = usePreview(study.study, cursor, models !== undefined && models.length > 1);
  const missing = (models !== undefined && models.length < 2) || (preview.error instanceof Refused && preview.error.status === 404);
  return (
    <>
      {missing && (
        <p className="missing-part" role="status">
          {words.nothingToPreview} <Link to={`/studies/${study.study}/setup/data`}>{words.steps.data}</Link>
          {' · '}
          <Link to={`/studies/${study.study}/setup/design`}>{words.steps.design}</Link>
        </p>
      )}
      {!preview.data && !missing && <Loading why={preview.error} />}
      {preview.data && !missing && (
        <>
          <div className="actions">
            <button
              type="button"
              disabled={preview.isPlaceholderData || (cursor === undefined && !preview.data.next_cursor)}
              onClick={() => setCursor(preview.data.next_cursor ?? undefined)}
            >
              {words.another}
            </button>
          </div>
          <Suspense fallback={<Loading why={null} />}>
            <Screen study={study} preview={preview.data} />
          </Suspense>
        </>
      )}
      <Onward study={study.study} step="preview" />
    </>
  );
}
