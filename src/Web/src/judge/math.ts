import type { Env, MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it';

type Katex = typeof import('katex').default;

let katex: Katex | null = null;

/** Fetched when a text with formulas is there: until then neither the script nor the fonts are. */
export async function loadMath(): Promise<void> {
  if (katex !== null) return;
  const [script] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')]);
  katex = script.default;
}

/* What one text may cost. What is over stays as it was written. */
const LONGEST = 2000;
const MOST = 300;
const TALLEST = 100;
const SETTINGS = {
  trust: false,
  strict: false,
  maxExpand: 200,
  maxSize: 20,
  throwOnError: true,
  errorColor: 'inherit',
  output: 'htmlAndMathml',
} as const;

/** The four ways in which models write formulas: `$...$`, `\(...\)`, and set apart `$$...$$` and `\[...\]`. */
export function math(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math', inlineRule);
  markdown.block.ruler.before('fence', 'math', blockRule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  const text = markdown.utils.escapeHtml;
  markdown.renderer.rules.math = (tokens, index) => {
    const { content: source, meta } = tokens[index] as Token;
    const { display, open, close } = meta as unknown as Delimiters;
    const html = typeset(source, display);
    const shown = html ?? text(open + source + close);
    return display ? `<span class="formula display">${shown}</span>` : `<span class="formula">${shown}</span>`;
  };
}

/** KaTeX sets its heights by style attributes, which the pages' policy forbids: they travel as data, and `draw` sets them. */
function typeset(source: string, displayMode: boolean): string | null {
  if (katex === null || source.length > LONGEST) return null;
  try {
    return katex.renderToString(source, { ...SETTINGS, displayMode }).replaceAll(' style="', ' data-style="');
  } catch {
    return null; // not TeX, or more than the limits allow
  }
}

interface Delimiters {
  open: string;
  close: string;
  display: boolean;
}

const ways: Delimiters[] = [
  { open: '$$', close: '$$', display: true },
  { open: '\\[', close: '\\]', display: true },
  { open: '\\(', close: '\\)', display: false },
  { open: '$', close: '$', display: false },
];

const blank = /\n[ \t]*\n/;
const chinese = /[\u3000-\u9fff\uff00-\uffef]/;

function inlineRule(state: StateInline, silent: boolean): boolean {
  const way = ways.find((each) => state.src.startsWith(each.open, state.pos));
  if (way === undefined) return false;
  const start = state.pos + way.open.length;
  const end = closing(state.src, way, start, Math.min(state.posMax, start + LONGEST + 1));
  if (end < 0) return false;
  const source = state.src.slice(start, end);
  if (source.trim() === '' || blank.test(source) || (way.open === '$' && isMoney(source, state.src[end + 1]))) return false;
  if (!silent) push(state, way, source);
  state.pos = end + way.close.length;
  return true;
}

/** Two prices in one sentence are no formula. */
const isMoney = (source: string, after: string | undefined) =>
  /^\s|\s$|`/.test(source) || /\d/.test(after ?? '') || (chinese.test(source) && !source.includes('\\'));

function blockRule(state: StateBlock, first: number, last: number, silent: boolean): boolean {
  const begin = (state.bMarks[first] ?? 0) + (state.tShift[first] ?? 0);
  const way = ways.find((each) => each.display && state.src.startsWith(each.open, begin));
  if (way === undefined || (state.sCount[first] ?? 0) - state.blkIndent >= 4) return false;
  const lines: string[] = [];
  for (let line = first; line < Math.min(last, first + TALLEST); line++) {
    if (line > first && (state.sCount[line] ?? 0) < state.blkIndent) return false;
    const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0) + (line === first ? way.open.length : 0);
    const text = state.src.slice(from, state.eMarks[line]);
    const end = closing(text, way, 0, text.length);
    lines.push(end < 0 ? text : text.slice(0, end));
    if (end < 0) continue;
    const source = lines.join('\n');
    if (text.slice(end + way.close.length).trim() !== '' || source.trim() === '') return false;
    if (!silent) {
      state.line = line + 1;
      push(state, way, source);
    }
    return true;
  }
  return false;
}

/** Where the closing delimiter stands, one that is not escaped; -1 where there is none. */
function closing(src: string, way: Delimiters, from: number, to: number): number {
  const text = src.slice(from, to); // bounded: nothing after it is looked at
  for (let at = text.indexOf(way.close); at >= 0; at = text.indexOf(way.close, at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return from + at;
  }
  return -1;
}

function push(state: StateInline | StateBlock, way: Delimiters, source: string): void {
  const env = state.env as Env & { formulas?: number };
  env.formulas = (env.formulas ?? 0) + 1;
  const token = state.push(env.formulas > MOST ? 'text' : 'math', '', 0);
  token.content = env.formulas > MOST ? way.open + source + way.close : source;
  token.meta = { ...way };
}
