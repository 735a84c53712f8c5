import createDOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

/*
 * One pipeline for both sides, because how an answer looks is part of what is measured. Nothing that an answer says may load, run or lead
 * anywhere: pictures and links become text, HTML is shown as it is written, and the result is sanitised last.
 * A single line break stays one: chat answers use it, and dropping it would change what the rater reads.
 */
const markdown = new MarkdownIt('default', { html: false, linkify: false, typographer: false, breaks: true }).use(cjkFriendly);
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
const ALLOWED_TAGS = 'p br hr h1 h2 h3 h4 h5 h6 strong em s code pre blockquote ul ol li table thead tbody tr th td span'.split(' ');
const ALLOWED_ATTR = ['class', 'title', 'start'];

export function render(source: string): string {
  return purify.sanitize(markdown.render(source), { ALLOWED_TAGS, ALLOWED_ATTR, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false });
}
