import * as Plot from '@observablehq/plot';
import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { shorten, widthOf } from './names';
import { Estimate, percent, plain, pSaid, Value } from './numbers';
import { Plotted } from './Plotted';
import { type Board, type Place, prepareLeaderboard } from './prepareLeaderboard';
import { useLeaderboard } from './queries';
import type { Question } from './question';

const points = (value: number) => value.toFixed(0).replace('-', '−');

export function Leaderboard({ study, question }: { study: string; question: Question }) {
  const { report: words } = useWords();
  const leaderboard = useLeaderboard(study, question);
  if (!leaderboard.data) return <Loading why={leaderboard.error} />;
  const report = leaderboard.data;
  const boards = prepareLeaderboard(report);
  return (
    <>
      {boards.length === 0 && <p>{words.noBoard}</p>}
      {boards.length > 1 && <p>{words.disconnected(boards.length)}</p>}
      {boards.map((board) => (
        <OneBoard key={board.key} board={board} report={report} />
      ))}
    </>
  );
}

function OneBoard({ board, report }: { board: Board; report: Schemas['LeaderboardReport'] }) {
  const { report: words } = useWords();
  const { group, places, axis } = board;
  const first = places[0]?.item.elo;
  const caption = words.boardCaption({
    n: group.n,
    prompts: group.prompts,
    raters: group.raters,
    confidence: String(Number((report.confidence * 100).toPrecision(4))),
    method: first?.method ?? '',
    scope: words.scopes[report.scope],
    ties: words.tieModels[report.ties],
    sequence: report.sequence,
    hash: report.hash,
  });
  return (
    <>
      {group.ranks !== 'shown' && <p>{words.ranks[group.ranks](group.centre ?? '')}</p>}
      {group.penalized && <p>{words.penalized}</p>}
      {axis ? (
        <Plotted title={words.elo} name="leaderboard" caption={caption} draw={(width) => drawing(places, axis, width)} />
      ) : (
        <p>{words.noStrengths(words.statuses[group.status] || words.statuses[first?.status ?? 'ok'] || words.notGiven)}</p>
      )}
      <Scroll label={words.leaderboard}>
        <table className="board">
          <thead>
            <tr>
              <th className="number">{words.rank}</th>
              <th className="number">{words.rankSet}</th>
              <th>{words.columns.model}</th>
              {[
                words.columns.n,
                words.columns.wins,
                words.tiesAll,
                words.columns.losses,
                words.strength,
                'Elo',
                words.columns.win_rate,
              ].map((column) => (
                <th key={column} className="number">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {places.map(({ item, rankSet, small }) => (
              <tr key={item.model} className={small ? 'small' : undefined} data-model={item.model}>
                <td className="number">
                  <Value value={item.rank} as={String} why={words.rankHidden} />
                </td>
                <td className="number">
                  {rankSet ?? <Value value={null} as={String} why={words.statuses[item.elo.status] || words.rankHidden} />}
                </td>
                <th>{item.model}</th>
                <td className="number">{item.n}</td>
                <td className="number">{item.wins}</td>
                <td className="number">{item.ties}</td>
                <td className="number">{item.losses}</td>
                <td className="number" data-estimand="strength">
                  <Estimate interval={item.strength} as={plain} />
                </td>
                <td className="number" data-estimand="elo">
                  <Estimate interval={item.elo} as={points} />
                </td>
                <td className="number" data-estimand="win_rate">
                  <Estimate interval={item.win_rate} as={percent} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {group.lack_of_fit && (
        <p className="muted">{words.lackOfFit(group.lack_of_fit.statistic.toFixed(1), group.lack_of_fit.df, pSaid(group.lack_of_fit.p))}</p>
      )}
    </>
  );
}

function drawing(places: Place[], axis: [number, number], width: number): Plot.PlotOptions {
  const known = places.filter(({ item }) => item.elo.estimate !== null);
  const spans = known.filter(({ item }) => item.elo.lower !== null && item.elo.upper !== null);
  const margin = Math.min(Math.max(...places.map(({ label }) => widthOf(label))) + 16, width * 0.45);
  const faint = ({ small }: Place) => (small ? 0.5 : 1);
  return {
    height: places.length * 30 + 60,
    marginBottom: 40,
    marginLeft: margin,
    marginRight: 20,
    x: { domain: axis, label: 'Elo' },
    y: { domain: places.map(({ label }) => label), label: null, tickSize: 0, tickFormat: (label: string) => shorten(label, margin - 16) },
    marks: [
      Plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: 'var(--ink)', strokeDasharray: '5 3' }),
      Plot.ruleY(spans, {
        x1: ({ item }: Place) => item.elo.lower,
        x2: ({ item }: Place) => item.elo.upper,
        y: 'label',
        stroke: 'var(--accent)',
        strokeWidth: 3,
        strokeOpacity: faint,
      }),
      Plot.dot(known, {
        x: ({ item }: Place) => item.elo.estimate,
        y: 'label',
        r: 5,
        fill: 'var(--accent)',
        fillOpacity: faint,
        title: ({ item }: Place) => `${item.model} · ${points(item.elo.estimate ?? 0)}`,
      }),
    ],
  };
}
