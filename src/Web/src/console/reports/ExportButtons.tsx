import type { RefObject } from 'react';
import { save } from '../parts/save';
import { useWords } from '../parts/words';
import { pngOf, svgOf } from './exportFigure';

interface Props {
  figure: RefObject<HTMLElement | null>;
  title: string;
  caption: string;
  name: string;
}

/** A figure to take away, as it is drawn, with its title and caption. */
export function ExportButtons({ figure, title, caption, name }: Props) {
  const { report: words } = useWords();
  const take = async (form: 'svg' | 'png') => {
    if (figure.current === null) return;
    const svg = svgOf(figure.current, title, caption);
    save(form === 'svg' ? new Blob([svg.text], { type: 'image/svg+xml' }) : await pngOf(svg), `${name}.${form}`);
  };
  return (
    <div className="take">
      {(['svg', 'png'] as const).map((form) => (
        <button
          key={form}
          type="button"
          className="quiet"
          aria-label={words.save(title, form.toUpperCase())}
          onClick={() => void take(form)}
        >
          {form.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
