import type { Schemas } from '../../shared/client';
import { Scroll } from '../parts/Scroll';
import { useWords } from '../parts/words';

interface Props {
  staged: Schemas['ImportSummary'];
  leaks: Schemas['Leaks'];
  choose: (leaks: Schemas['Leaks']) => void;
}

/** Answers that say which model gave them, and what shall become of them. */
export function Leaking({ staged, leaks, choose }: Props) {
  const all = useWords();
  const words = all.imports;
  return (
    <fieldset className="leaks">
      <legend>{words.leaksFound(staged.leaking_answers)}</legend>
      <p>{words.leaksWhy}</p>
      {(['keep', 'mask', 'drop'] as const).map((each) => (
        <label key={each} className="choice">
          <input type="radio" checked={leaks === each} onChange={() => choose(each)} /> {words.leakChoices[each]}
        </label>
      ))}
      <details>
        <summary>{words.leakExamples(staged.leak_examples.length)}</summary>
        <Scroll label={words.found} className="tall">
          <table>
            <thead>
              <tr>
                <th className="number">{all.line}</th>
                <th>{words.model}</th>
                <th>{words.found}</th>
                <th>{words.excerpt}</th>
              </tr>
            </thead>
            <tbody>
              {staged.leak_examples.map((each) => (
                <tr key={`${each.line} ${each.model}`}>
                  <td className="number">{each.line}</td>
                  <td>{each.model}</td>
                  <td>
                    {each.words.join(' · ')}
                    <br />
                    <small className="muted">{words.rules[each.rule]}</small>
                  </td>
                  <td className="excerpt">
                    <Excerpt text={each.excerpt} word={each.words[0] ?? ''} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </fieldset>
  );
}

function Excerpt({ text, word }: { text: string; word: string }) {
  const at = word === '' ? -1 : text.indexOf(word);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{word}</mark>
      {text.slice(at + word.length)}
    </>
  );
}
