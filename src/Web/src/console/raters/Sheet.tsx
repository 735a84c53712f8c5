import qrcode from 'qrcode-generator';
import type { Schemas } from '../../shared/client';
import { useWords } from '../parts/words';

/** One card a rater: her name, her link as a code and in letters, and what to do with it, in the study's language. */
export function Sheet({ study, invitations }: { study: Schemas['Study']; invitations: Schemas['RaterInvitation'][] }) {
  const { raters: words } = useWords();
  const chinese = study.language.startsWith('zh');
  return (
    <section className="sheet" aria-label={words.sheet}>
      <p className="actions">
        <button type="button" className="main" onClick={() => print()}>
          {words.printNow}
        </button>
      </p>
      <ul>
        {invitations.map((each) => (
          <li key={each.rater} lang={study.language}>
            <Code text={each.link} label={words.qr(each.name)} />
            <div>
              <strong>{each.name}</strong>
              <p>{study.title}</p>
              <p>{words.instruction[chinese ? 'zh-CN' : 'en']}</p>
              <code>{each.link}</code>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Always dark on light, with the quiet edge of four modules that readers ask for. */
function Code({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  let path = '';
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
  }
  return (
    <svg className="qr" viewBox={`0 0 ${size + 8} ${size + 8}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
