import { useWords } from '../parts/words';
import { ExportButtons } from './ExportButtons';
import { shorten, widthOf } from './names';
import { type Figure, OUTCOMES } from './prepare';
import { useWidth } from './useWidth';

const ROW = 54; // as in the forest plot beside it
const BAR = 26;
const ROOM_FOR_NUMBER = 38;

/** The share of each outcome, a bar for each comparison. */
export function Bars({ model, figures, caption }: { model: string | null; figures: Figure[]; caption: string }) {
  const { report: words } = useWords();
  const [box, width] = useWidth();
  return (
    <figure className="chart" ref={box}>
      <figcaption>
        {words.bars}
        {model !== null && <> · {model}</>}
      </figcaption>
      <ul className="legend">
        {OUTCOMES.map((outcome) => (
          <li key={outcome}>
            <svg width="14" height="14" aria-hidden="true">
              <rect className={`outcome ${outcome}`} width="14" height="14" rx="2" />
            </svg>
            {words.outcomes[outcome]}
          </li>
        ))}
      </ul>
      <svg width={width} height={figures.length * ROW} role="img" aria-label={words.bars}>
        {figures.map(({ key, label, row, segments }, index) => (
          <g key={key} transform={`translate(0 ${index * ROW})`} className={row.n < 20 ? 'small' : undefined}>
            <text x={0} y={16}>
              {shorten(label, width - widthOf(`n = ${row.n}`) - 8)}
            </text>
            <text x={width} y={16} textAnchor="end" className="note">
              n = {row.n}
            </text>
            {segments.length === 0 && <rect className="nothing" x={0.5} y={24.5} width={Math.max(0, width - 1)} height={BAR - 1} />}
            {segments.map(({ outcome, count, start, share }) => (
              <g key={outcome}>
                <rect className={`outcome ${outcome}`} x={start * width} y={24} width={share * width} height={BAR}>
                  <title>{`${words.outcomes[outcome]} ${count} / ${row.n} · ${(share * 100).toFixed(1)} %`}</title>
                </rect>
                {share * width >= ROOM_FOR_NUMBER && (
                  <text
                    className={`inside ${outcome}`}
                    x={(start + share / 2) * width}
                    y={24 + BAR / 2}
                    textAnchor="middle"
                    dominantBaseline="central"
                  >
                    {(share * 100).toFixed(0)}%
                  </text>
                )}
              </g>
            ))}
          </g>
        ))}
      </svg>
      <ExportButtons figure={box} title={model === null ? words.bars : `${words.bars} · ${model}`} caption={caption} name="outcomes" />
    </figure>
  );
}
