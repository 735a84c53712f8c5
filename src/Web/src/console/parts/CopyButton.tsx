import { useState } from 'react';
import { useWords } from './words';

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await toClipboard(text);
    setCopied(true);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {copied ? words.copied : (label ?? words.copy)}
    </button>
  );
}

/** The clipboard's interface exists in secure contexts only; elsewhere a selected field is copied. */
async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.body.appendChild(document.createElement('textarea'));
  field.value = text;
  field.select();
  document.execCommand('copy');
  field.remove();
}
