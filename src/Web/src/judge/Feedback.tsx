/** @jsxImportSource preact */
import type { Judging, Pair } from './judging';
import { focus } from './parts';
import type { Words } from './words';

/** The word on a practice pair: whether it was judged as expected, and why. */
export function Feedback({ judging, pair, language, words }: { judging: Judging; pair: Pair; language: string; words: Words }) {
  const word = judging.state.feedback?.word ?? null;
  return (
    <div class={`feedback ${word === null ? '' : word.correct ? 'right-answer' : 'other-answer'}`} data-correct={word?.correct}>
      <div role="status">
        {word === null ? (
          <p>{words.practice.waits}</p>
        ) : (
          <>
            <p>
              <strong>{word.correct ? words.practice.correct : words.practice.other}</strong>{' '}
              {words.practice.expected(words.choices[word.choice], words.choices[pair.choice ?? word.choice], word.correct)}
            </p>
            {word.explanation && <p lang={language}>{word.explanation}</p>}
          </>
        )}
      </div>
      <button type="button" class="main" ref={focus} onClick={() => judging.next()}>
        {words.practice.next}
      </button>
    </div>
  );
}
