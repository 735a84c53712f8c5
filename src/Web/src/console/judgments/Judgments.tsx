import { Link, useSearchParams } from 'react-router';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { FIELDS } from '../reports/question';
import './judgments.css';
import { useJudgments } from './queries';
import { JudgmentRows } from './Rows';

/** The judgments behind one number of a report, or all of them. */
export function Judgments({ study }: { study: string }) {
  const { words: all } = useSpoken();
  const { judgments: words, report } = all;
  const [search] = useSearchParams();
  const judgments = useJudgments(study, search);
  const first = judgments.data?.pages[0];
  const asked = [...search].filter(([field]) => words.of[field] !== undefined && field !== 'counts');
  const back = new URLSearchParams([...search].filter(([field]) => (FIELDS as readonly string[]).includes(field)));
  return (
    <section>
      <h2>{words.title}</h2>
      {asked.length === 0 && <p className="muted">{words.all}</p>}
      <dl className="asked">
        {asked.map(([field, value]) => (
          <div key={field}>
            <dt>{words.of[field]}</dt>
            <dd>{field === 'outcome' ? (report.outcomes[value as 'win'] ?? value) : value || words.without}</dd>
          </div>
        ))}
      </dl>
      {asked.length > 0 && (
        <p>
          <Link to={`/studies/${study}/report?${back}`}>{words.back}</Link>
        </p>
      )}
      {judgments.error ? <ProblemBox why={judgments.error} /> : !first && <Loading why={null} />}
      {first && (
        <>
          {typeof first.count === 'number' && typeof first.pairs === 'number' && (
            <p role="status">
              <strong data-count={first.count}>{words.count(first.count, first.pairs)}</strong>
            </p>
          )}
          {first.items.length === 0 ? (
            <p className="muted">{words.none}</p>
          ) : (
            <Scroll label={words.title}>
              <JudgmentRows study={study} judgments={judgments.data?.pages.flatMap((page) => page.items) ?? []} />
            </Scroll>
          )}
          {judgments.hasNextPage && (
            <p>
              <button type="button" disabled={judgments.isFetchingNextPage} onClick={() => void judgments.fetchNextPage()}>
                {words.more}
              </button>
            </p>
          )}
        </>
      )}
    </section>
  );
}
