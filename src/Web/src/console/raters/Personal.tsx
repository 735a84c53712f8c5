import { useState } from 'react';
import type { Schemas } from '../../shared/client';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { heldOf, useEraseRater } from './queries';

/** What a rater may ask for: all that is held of her, and to be forgotten. */
export function Personal({ study, rater, done }: { study: string; rater: Schemas['Rater']; done: () => void }) {
  const { raters: words } = useWords();
  const erase = useEraseRater(study);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className="actions">
        <a className="button" href={heldOf(study, rater.rater)} download={`${rater.name}.json`}>
          {words.handOut}
        </a>
        <button type="button" aria-expanded={asking} onClick={() => setAsking(!asking)}>
          {words.forget}
        </button>
      </div>
      {asking && (
        <fieldset>
          <legend>{words.forgetTitle(rater.name)}</legend>
          <p>{words.lost}</p>
          <p>{words.kept(rater.judged, rater.asked)}</p>
          <p>{words.forGood}</p>
          <button type="button" disabled={erase.isPending} onClick={() => erase.mutate(rater.rater, { onSuccess: done })}>
            {words.forgetGo}
          </button>
        </fieldset>
      )}
      <ProblemBox why={erase.error} />
    </>
  );
}
