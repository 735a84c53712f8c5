import * as Plot from '@observablehq/plot';
import { type ReactNode, useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { ExportButtons } from './ExportButtons';
import { useWidth } from './useWidth';

interface Props {
  title: string;
  name: string;
  caption: string;
  draw: (width: number) => Plot.PlotOptions;
  children?: ReactNode;
}

/** A figure by Observable Plot, as wide as its place, with its caption and the buttons to take it away. */
export function Plotted({ title, name, caption, draw, children }: Props) {
  const [box, width] = useWidth();
  const place = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  useEffect(() => {
    // external system: Plot, which makes the drawing itself
    if (width === 0) return;
    // A document without a page takes Plot's style element, which the page's policy forbids; report.css has what it says.
    const blank = document.implementation.createHTMLDocument('');
    const drawing = Plot.plot({
      ...draw(width),
      width,
      document: blank as unknown as Window['document'],
      style: { background: 'none' },
    });
    for (const style of drawing.querySelectorAll('style')) style.remove();
    // Plot names its groups, which are no parts of a picture to whoever hears it: the table beside it says all.
    for (const part of drawing.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    // A mark with an address opens it at a click. It is no link: a picture has no parts to tab to, and the table has the same links.
    for (const link of drawing.querySelectorAll('a')) {
      const [mark, to] = [link.firstElementChild as SVGElement, link.getAttributeNS('http://www.w3.org/1999/xlink', 'href') as string];
      mark.classList.add('opens');
      mark.addEventListener('click', () => navigate(to));
      link.replaceWith(mark);
    }
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', title);
    place.current?.replaceChildren(document.adoptNode(drawing));
  });
  return (
    <figure className="plotted" ref={box}>
      <figcaption>{title}</figcaption>
      {children}
      <div ref={place} />
      <p className="caption">{caption}</p>
      <ExportButtons figure={box} title={title} caption={caption} name={name} />
    </figure>
  );
}
