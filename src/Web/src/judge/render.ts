import createDOMPurify from 'dompurify';
import MarkdownIt, { type Token } from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';
import { highlight, isKnownCode, loadCode } from './code';
import { loadMath, math } from './math';

/*
 * One pipeline for both sides, because how an answer looks is part of what is measured. Nothing that an answer says may load, run or lead
 * anywhere: pictures and links become text, HTML is shown as it is written, and the result is sanitised last.
 * A single line break stays one: chat answers use it, and dropping it would change what the rater reads.
 */
const markdown = new MarkdownIt('default', { html: false, linkify: false, typographer: false, breaks: true, highlight })
  .use(cjkFriendly)
  .use(math);
const text = markdown.utils.escapeHtml;

markdown.renderer.rules.image = (tokens, index) => {
  const token = tokens[index];
  return `<span class="picture">▨ ${text(token?.content ?? '')}</span>`;
};
markdown.renderer.rules.link_open = (tokens, index) => `<span class="link" title="${text(String(tokens[index]?.attrGet('href') ?? ''))}">`;
markdown.renderer.rules.link_close = () => '</span>';

// The pages' policy blocks style attributes; a column's alignment becomes a class.
markdown.core.ruler.push('align', (state) => {
  for (const token of state.tokens) {
    const align = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1];
    if (align === undefined) continue;
    token.attrs = [['class', align]];
  }
});

const purify = createDOMPurify(window);
const words = (list: string) => list.split(/\s+/);
const ALLOWED = {
  ALLOWED_TAGS: words(
    `p br hr h1 h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li table thead tbody tr th td span
     math semantics annotation mrow mi mo mn ms mtext mspace msup msub msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd mlabeledtr
     mstyle mpadded mphantom menclose svg path line`,
  ),
  ALLOWED_ATTR: words(
    `class title start data-style aria-hidden xmlns encoding display mathvariant stretchy fence separator accent accentunder columnalign
     columnspacing rowspacing columnlines rowlines displaystyle scriptlevel minsize maxsize lspace rspace linethickness notation voffset depth
     mathcolor mathbackground symmetric form movablelimits largeop width height viewBox preserveAspectRatio d x1 x2 y1 y2 stroke-width`,
  ),
  ADD_URI_SAFE_ATTR: words('data-style'), // 'top:1em' is no address
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const;

/** What is drawn as Markdown; the rest of a longer text is added as plain text when the rater asks for all of it. */
export const LONGEST = 100_000;

/** Deeper than this nobody means it; such a text is shown as it was written, and costs nothing. */
const DEEPEST = 40;

/** A text that was read: what it needs is known before it is drawn. */
export interface Read {
  source: string;
  /** Null: shown as it was written. */
  tokens: Token[] | null;
  needs: (() => Promise<void>)[];
}

export function read(source: string): Read {
  const env: { formulas?: number } = {};
  const shown = cut(source);
  const tokens = markdown.parse(shown, env);
  if (isDeep(tokens)) return { source: shown, tokens: null, needs: [] };
  const needs = [];
  if (env.formulas !== undefined) needs.push(loadMath);
  if (tokens.some((token) => token.type === 'fence' && isKnownCode(token.info, token.content))) needs.push(loadCode);
  return { source: shown, tokens, needs };
}

/** Fetches what the texts need. Where it cannot be had, formulas and code stay as they were written, on both sides alike. */
export async function load(texts: Read[]): Promise<void> {
  const needs = new Set(texts.flatMap((each) => each.needs));
  await Promise.allSettled([...needs].map((need) => need()));
}

/** A new element with the text, drawn off the screen. */
export function draw({ source, tokens }: Read): HTMLElement {
  if (tokens === null) return plain(source);
  const element = document.createElement('div');
  element.className = 'text';
  element.dir = 'auto';
  element.append(purify.sanitize(markdown.renderer.render(tokens, markdown.options, {}), ALLOWED) as unknown as DocumentFragment);
  for (const each of element.querySelectorAll<HTMLElement>('[data-style]')) {
    const style = each.dataset.style ?? '';
    if (!/url|fixed|sticky|import|expression/i.test(style)) each.style.cssText = style;
    each.removeAttribute('data-style');
  }
  // What can be scrolled can be reached by the keyboard.
  for (const each of element.querySelectorAll<HTMLElement>('pre, table, .formula.display')) each.tabIndex = 0;
  return element;
}

/** The text as it was written. */
export function plain(source: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'text plain';
  element.dir = 'auto';
  // In pieces, so that a browser lays out only what is near the screen.
  for (const piece of source.match(/[\s\S]{1,4000}(?:\n|$)|[\s\S]{1,8000}/g) ?? [])
    element.append(Object.assign(document.createElement('div'), { textContent: piece }));
  return element;
}

/** What `draw` left out; '' for any text of a usual length. */
export const rest = (source: string) => source.slice(cut(source).length);

/** At the end of a line where there is one near, and never within a character. */
function cut(source: string): string {
  if (source.length <= LONGEST) return source;
  const line = source.lastIndexOf('\n', LONGEST);
  const at = line > LONGEST - 4000 ? line + 1 : LONGEST;
  return source.slice(0, /[\ud800-\udbff]/.test(source[at - 1] ?? '') ? at - 1 : at);
}

function isDeep(tokens: Token[], depth = 0): boolean {
  for (const token of tokens) {
    depth += token.nesting;
    if (depth > DEEPEST || (token.children !== null && isDeep(token.children, depth))) return true;
  }
  return false;
}
