import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { Refused } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { useSpoken } from '../parts/words';
import { useShared } from './queries';
import './shares.css';

const Report = lazy(() => import('../reports/Report').then((module) => ({ default: module.Report })));

/** The page of a share: one report, without a way to anything else. */
export function SharedPage({ refused }: { refused: unknown }) {
  const { share } = useParams();
  const { words, language } = useSpoken();
  const said = words.shares;
  const shared = useShared(share);
  if (shared.data === null || (share === undefined && (refused === null || (refused instanceof Refused && refused.status === 401)))) {
    return (
      <main className="narrow">
        <h1>{said.dead}</h1>
        <p>{said.deadText}</p>
      </main>
    );
  }
  if (!shared.data) {
    return (
      <main>
        <Loading why={refused ?? shared.error} />
      </main>
    );
  }
  const study = shared.data;
  return (
    <main>
      <div className="heading">
        <div>
          <h1>
            {study.name} <span className="state">{said.shared}</span>
          </h1>
          <p className="muted" lang={study.language}>
            {study.title} · {study.question}
          </p>
        </div>
      </div>
      <p className="muted">
        {study.frozen ? said.frozenNote : said.liveNote}
        {words.between}
        {study.expires_at &&
          said.opensUntil(new Date(study.expires_at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' }))}
      </p>
      <Suspense fallback={<Loading why={null} />}>
        <Report study={study} shared />
      </Suspense>
    </main>
  );
}
