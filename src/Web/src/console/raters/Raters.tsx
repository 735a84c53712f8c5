import { Link } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { Invite } from './Invite';
import { Pay } from './Pay';
import { useRaters } from './queries';
import { RaterTable } from './RaterTable';
import { Reported } from './Reported';
import './raters.css';
import { SetAside } from './SetAside';

export function Raters({ study }: { study: Schemas['Study'] }) {
  const { raters: words } = useWords();
  const raters = useRaters(study.study);
  return (
    <section>
      <Invite study={study} />
      <h2>{words.work}</h2>
      {!raters.data && <Loading why={raters.error} />}
      {raters.data?.length === 0 && <p className="muted">{words.empty}</p>}
      {raters.data && raters.data.length > 0 && <RaterTable study={study} raters={raters.data} />}
      <p className="muted">
        {words.quality} <Link to={`/studies/${study.study}/report`}>{words.toReport}</Link>
      </p>
      <h2>{words.problems}</h2>
      <Reported study={study.study} />
      <h2>{words.exclusions}</h2>
      <SetAside study={study.study} raters={raters.data ?? []} />
      <h2>{words.pay}</h2>
      <Pay study={study.study} />
    </section>
  );
}
