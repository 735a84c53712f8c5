import { useLayoutEffect, useRef } from 'react';
import { draw, load, plain, read, rest } from '../../judge/render';
import '../../judge/text.css';

/** A text as raters saw it: the same pipeline as on their page. */
export function Text({ source }: { source: string }) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // external system: elements that are drawn outside of React (judge/render.ts), and what they fetch for formulas and code
    const text = read(source);
    const more = rest(source);
    let shown = true;
    const show = () => shown && host.current?.replaceChildren(draw(text), ...(more === '' ? [] : [plain(more)]));
    show();
    if (text.needs.length > 0) void load([text]).then(show);
    return () => {
      shown = false;
    };
  }, [source]);
  return <div ref={host} />;
}
