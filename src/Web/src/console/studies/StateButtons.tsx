import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useUpdateStudy } from './queries';

/** Opens, pauses, closes and opens again. */
export function StateButtons({ study, state = study.state }: { study: Schemas['Study']; state?: Schemas['StudyState'] }) {
  const { progress: words, settings } = useWords();
  const update = useUpdateStudy(study.study);
  const to = (next: Schemas['StudyState']) => update.mutate({ state: next });
  return (
    <>
      <div className="actions">
        {(state === 'draft' || state === 'paused') && (
          <button type="button" className="main" disabled={update.isPending} onClick={() => to('open')}>
            {words.open}
          </button>
        )}
        {state === 'open' && (
          <button type="button" disabled={update.isPending} onClick={() => to('paused')}>
            {words.pause}
          </button>
        )}
        {(state === 'open' || state === 'paused') && (
          <button type="button" disabled={update.isPending} onClick={() => confirm(words.closeSure) && to('closed')}>
            {words.close}
          </button>
        )}
        {state === 'closed' && (
          <button type="button" disabled={update.isPending} onClick={() => to('open')} title={settings.reopenHint}>
            {settings.reopen}
          </button>
        )}
      </div>
      <ProblemBox why={update.error} />
    </>
  );
}
