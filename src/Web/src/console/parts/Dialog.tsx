import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from './words';

interface Props {
  title: string;
  children: ReactNode;
  close: () => void;
  wide?: boolean;
}

/** Over the page, with the browser's own focus and Escape; it is open as long as it is drawn. */
export function Dialog({ title, children, close, wide }: Props) {
  const words = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // external system: the browser's top layer
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} className={wide ? 'wide' : undefined} aria-label={title} onClose={close}>
      <div className="heading">
        <h2>{title}</h2>
        <button type="button" className="quiet" onClick={() => ref.current?.close()}>
          {words.close}
        </button>
      </div>
      {children}
    </dialog>
  );
}
