import { Link, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { Case } from './Case';
import './inbox.css';
import { type State, useDisagreements } from './queries';

const STATES: readonly State[] = ['open', 'undecided', 'decided'];

/** The list, or the one pair that the address names. */
export function Inbox({ study }: { study: Schemas['Study'] }) {
  const [search] = useSearchParams();
  const pair = search.get('pair');
  const state = STATES.find((each) => each === search.get('state')) ?? 'open';
  return pair === null ? <List study={study.study} state={state} /> : <Case key={pair} study={study} pair={pair} />;
}

function List({ study, state }: { study: string; state: State }) {
  const words = useWords();
  const { inbox: said } = words;
  const found = useDisagreements(study, state);
  const first = found.data?.pages[0];
  if (!first) return <Loading why={found.error} />;
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="inbox">
      <p className="muted about">{said.about}</p>
      <nav className="states" aria-label={said.stateList}>
        {STATES.map((each) => (
          <Link key={each} to={`?state=${each}`} className="button" aria-current={each === state ? 'page' : undefined}>
            {said.statesOf[each]} <span className="count">{first[each]}</span>
          </Link>
        ))}
      </nav>
      {rows.length === 0 && <p className="muted">{first.open + first.undecided + first.decided === 0 ? said.agreed : said.nothing}</p>}
      {rows.length > 0 && (
        <Scroll label={said.statesOf[state]}>
          <table>
            <thead>
              <tr>
                <th>{said.prompt}</th>
                <th className="number">{said.votes}</th>
                <th className="number">
                  <abbr title={said.disagreementHint}>{said.disagreement}</abbr>
                </th>
                <th>{said.majority}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.pair}>
                  <td>
                    <Link to={`?pair=${row.pair}`}>{row.prompt.trim() === '' ? row.prompt_id : row.prompt}</Link>{' '}
                    {row.waiting && <span className="badge">{said.waiting}</span>}
                  </td>
                  <td className="number">{row.votes}</td>
                  <td className="number">{row.disagreement.toFixed(2)}</td>
                  <td>{row.majority ? words.yes : words.no}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {found.hasNextPage && (
        <p>
          <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {said.more}
          </button>
        </p>
      )}
    </section>
  );
}
