const PROPERTIES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-weight',
  'paint-order',
  'text-anchor',
];
const FONT = 'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const MARGIN = 16;
const LINE = 18;

/** The drawing of a figure that stands alone: light colours resolved, white ground, title, legend and caption inside. */
export function svgOf(figure: HTMLElement, title: string, caption: string): { text: string; width: number; height: number } {
  const drawing = [...figure.querySelectorAll('svg')].find((svg) => svg.getAttribute('role') === 'img');
  if (drawing === undefined) throw new Error('This figure has no drawing.');
  const legend = [...figure.querySelectorAll('.legend li')];
  const light = lightColours();
  for (const [name, value] of light) figure.style.setProperty(name, value);
  try {
    const inner = { width: Number(drawing.getAttribute('width')), height: Number(drawing.getAttribute('height')) };
    const lines = wrap(caption, inner.width / 6.5);
    const legendHeight = legend.length * LINE;
    const top = MARGIN + LINE + 8 + legendHeight;
    const [width, height] = [inner.width + 2 * MARGIN, top + inner.height + 8 + lines.length * LINE + MARGIN];
    const sheet = element('svg', {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': FONT,
    });
    sheet.append(element('rect', { width, height, fill: '#ffffff' }));
    sheet.append(words(title, MARGIN, MARGIN + 12, { 'font-size': 15, 'font-weight': 600, fill: '#1d1f21' }));
    legend.forEach((entry, index) => {
      const y = MARGIN + LINE + 4 + index * LINE;
      const sample = entry.querySelector('svg');
      if (sample) sheet.append(moved(resolved(sample), MARGIN, y));
      sheet.append(words(entry.textContent ?? '', MARGIN + 34, y + 12, { 'font-size': 12, fill: '#1d1f21' }));
    });
    sheet.append(moved(resolved(drawing), MARGIN, top));
    lines.forEach((line, index) => {
      sheet.append(words(line, MARGIN, top + inner.height + 8 + (index + 1) * LINE, { 'font-size': 12, fill: '#55595e' }));
    });
    return { text: new XMLSerializer().serializeToString(sheet), width, height };
  } finally {
    for (const [name] of light) figure.style.removeProperty(name);
  }
}

/** The same as pixels, twice as fine as the screen. */
export async function pngOf(svg: { text: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [svg.width * 2, svg.height * 2];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('No picture was made.'))), 'image/png'));
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) if (key !== 'xmlns') made.setAttribute(key, String(value));
  return made;
}

function words(text: string, x: number, y: number, attributes: Record<string, string | number>): SVGElement {
  const made = element('text', { x, y, ...attributes });
  made.textContent = text;
  return made;
}

function moved(svg: SVGElement, x: number, y: number): SVGElement {
  svg.setAttribute('x', String(x));
  svg.setAttribute('y', String(y));
  return svg;
}

/** A copy whose looks are attributes, so that no style sheet is needed. */
function resolved(svg: SVGElement): SVGElement {
  const copy = svg.cloneNode(true) as SVGElement;
  const [originals, copies] = [svg.querySelectorAll('*'), copy.querySelectorAll('*')];
  originals.forEach((original, index) => {
    const style = getComputedStyle(original);
    const target = copies[index];
    for (const property of PROPERTIES) target?.setAttribute(property, style.getPropertyValue(property));
    target?.removeAttribute('class');
    target?.removeAttribute('style');
  });
  for (const name of ['class', 'style', 'role']) copy.removeAttribute(name);
  return copy;
}

/** The light colours, also where the page is dark: paper is white. */
function lightColours(): [string, string][] {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const root = rules.find((rule): rule is CSSStyleRule => rule instanceof CSSStyleRule && rule.selectorText === ':root');
  const colours = [...(root?.style ?? [])].filter((name) => name.startsWith('--'));
  return [...colours.map((name): [string, string] => [name, root?.style.getPropertyValue(name) ?? '']), ['--paper', '#ffffff']];
}

/** Lines of at most so many narrow letters; a Chinese one is as wide as two, and a line may end after it. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  let [line, used] = ['', 0];
  for (const part of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const size = /[\u2e80-\uffef]/.test(part) ? 2 : part.length;
    if (used + size > room && line !== '') {
      lines.push(line);
      [line, used] = ['', 0];
    }
    line += part;
    used += size;
  }
  return line === '' ? lines : [...lines, line];
}
