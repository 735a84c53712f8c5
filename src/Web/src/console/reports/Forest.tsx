import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';
import { ExportButtons } from './ExportButtons';
import { shorten, widthOf } from './names';
import { percent } from './numbers';
import { axisOf, type Figure } from './prepare';
import { useWidth } from './useWidth';

const ROW = 54;
const TOP = 20;
const EDGE = 20; // half of the widest label, 100%

/** The win rate of each comparison: a thick line for raters like these, a thin one for just these. */
export function Forest({ model, figures, caption }: { model: string | null; figures: Figure[]; caption: string }) {
  const { report: words } = useWords();
  const [box, width] = useWidth();
  const axis = axisOf(figures);
  const x = (value: number) => EDGE + ((value - axis.from) / (axis.to - axis.from)) * Math.max(0, width - 2 * EDGE);
  const every = Math.ceil((2 * EDGE * axis.ticks.length) / Math.max(1, width)); // as many labels as there is room for
  const bottom = TOP + figures.length * ROW;
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        {words.forest}
        {model !== null && <> · {model}</>}
      </figcaption>
      <ul className="legend">
        {(['raters_like_these', 'these_raters'] as const).map((scope) => (
          <li key={scope}>
            <svg width="26" height="14" aria-hidden="true">
              <line className={`interval ${scope}`} x1="2" x2="24" y1="7" y2="7" />
            </svg>
            {words.scopes[scope]}
          </li>
        ))}
        {figures.some(({ row }) => shownLive(row)) && (
          <li>
            <svg width="26" height="14" aria-hidden="true">
              <line className="interval live" x1="2" x2="24" y1="7" y2="7" />
            </svg>
            {words.liveInterval}
          </li>
        )}
      </ul>
      <svg width={width} height={bottom + 24} role="img" aria-label={words.forest}>
        {axis.ticks.map((tick, at) => (
          <g key={tick}>
            <line className={tick === 0.5 ? 'half' : 'grid'} x1={x(tick)} x2={x(tick)} y1={TOP} y2={bottom} />
            {at % every === 0 && (
              <text className="note" x={x(tick)} y={bottom + 17} textAnchor="middle">
                {(tick * 100).toFixed(0)}%
              </text>
            )}
          </g>
        ))}
        <text className="note" x={x(0.5)} y={13} textAnchor="middle">
          {words.noPreference}
        </text>
        {figures.map(({ key, label, row }, index) => {
          const y = TOP + index * ROW + 32;
          const { raters_like_these: like, these_raters: these } = row.scopes;
          const name = shorten(label, width - EDGE);
          const why = like.win_rate.lower === null ? `— ${words.statuses[like.win_rate.status]}` : '';
          return (
            <g key={key} className={row.n < 20 ? 'small' : undefined}>
              <text className="halo" x={EDGE} y={y - 15}>
                {name}
              </text>
              <Span interval={like.win_rate} x={x} y={y} />
              <Span interval={these.win_rate} x={x} y={y} />
              {row.live && typeof row.live.lower === 'number' && typeof row.live.upper === 'number' && shownLive(row) && (
                <line className="interval live" x1={x(row.live.lower)} x2={x(row.live.upper)} y1={y + 9} y2={y + 9}>
                  <title>{`${words.liveInterval} [${percent(row.live.lower)}, ${percent(row.live.upper)}] %`}</title>
                </line>
              )}
              {row.win_rate.estimate !== null && (
                <circle cx={x(row.win_rate.estimate)} cy={y} r={5}>
                  <title>{`${percent(row.win_rate.estimate)} %`}</title>
                </circle>
              )}
              {why !== '' && (
                <text className="note halo" x={width} y={y - 15} textAnchor="end">
                  {shorten(why, width - EDGE - widthOf(name) - 8)}
                  <title>{why}</title>
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ExportButtons figure={box} title={model === null ? words.forest : `${words.forest} · ${model}`} caption={caption} name="win-rates" />
    </figure>
  );
}

/** While judgments are to come the others mean little; and only an interval of the win rate belongs on this axis. */
const shownLive = ({ live, fixed_n }: Figure['row']) => !fixed_n.reached && live?.estimand === 'win_rate' && typeof live.lower === 'number';

function Span({ interval, x, y }: { interval: Schemas['Interval']; x: (value: number) => number; y: number }) {
  const { report: words } = useWords();
  const { lower, upper, scope } = interval;
  if (lower === null || upper === null) return null;
  return (
    <line className={`interval ${scope}`} x1={x(lower)} x2={x(upper)} y1={y} y2={y}>
      <title>{`${words.scopes[scope]} [${percent(lower)}, ${percent(upper)}] %`}</title>
    </line>
  );
}
