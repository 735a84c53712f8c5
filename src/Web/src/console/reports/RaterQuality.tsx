import type { Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';
import { IntervalPlot } from './IntervalPlot';
import { percent, Value } from './numbers';
import { prepareIntervals } from './prepareIntervals';
import { useRaterQuality } from './queries';
import type { Question } from './question';

/** How each rater works: a reason to look, never to drop somebody unseen. */
export function RaterQuality({ study, question }: { study: string; question: Question }) {
  const { report: words, raters } = useWords();
  const quality = useRaterQuality(study, question);
  if (!quality.data) return <Loading why={quality.error} />;
  const { items, sequence, hash } = quality.data;
  if (items.length === 0) return <p>{words.noQuality}</p>;
  const intervals = prepareIntervals(
    items.map((row) => ({ label: row.rater, small: row.n < 20, spans: { agreement: row.agreement } })),
    null,
  );
  const caption = words.plainCaption({
    n: items.reduce((sum, row) => Math.max(sum, row.n), 0),
    method: [...new Set(items.map((row) => row.agreement.method))].join(', '),
    scope: words.scopes.independent,
    sequence,
    hash,
  });
  return (
    <>
      <p className="muted">{words.qualityNote}</p>
      {intervals === null && <p>{words.noOverlap}</p>}
      {intervals && (
        <IntervalPlot
          title={words.quality}
          name="rater-quality"
          caption={caption}
          intervals={intervals}
          series={{ agreement: words.agrees }}
          through={null}
        />
      )}
      <Scroll label={words.quality}>
        <table data-table="raters">
          <thead>
            <tr>
              <th>{raters.name}</th>
              {[words.columns.n, words.agrees, words.left, words.tieShare, words.median, words.gold, words.same, words.fast].map(
                (column) => (
                  <th key={column} className="number">
                    {column}
                  </th>
                ),
              )}
              <th>{words.flags}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={row.rater} className={row.n < 20 ? 'small' : undefined} data-rater={row.rater}>
                <th>{row.rater}</th>
                <td className="number">{row.n}</td>
                <Share of={row.agreement} name="agreement" />
                <Share of={row.left_share} name="left_share" />
                <Share of={row.tie_share} name="tie_share" />
                <td className="number">
                  <Value value={row.median_ms} as={(ms) => (ms / 1000).toFixed(1)} />
                </td>
                <Share of={row.gold} name="gold" />
                <Share of={row.self_consistency} name="self_consistency" />
                <td className="number">{row.fast}</td>
                <td>{row.flags.map((flag) => words.flagNames[flag] ?? flag).join('; ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Share({ of, name }: { of: Schemas['Proportion']; name: string }) {
  return (
    <td className="number" data-estimand={name}>
      <Value value={of.value} as={percent} />{' '}
      {typeof of.lower === 'number' && (
        <span className="interval">
          [<Value value={of.lower} as={percent} />, <Value value={of.upper} as={percent} />]
        </span>
      )}
    </td>
  );
}
