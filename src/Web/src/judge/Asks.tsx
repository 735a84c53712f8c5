/** @jsxImportSource preact */
import type { Judging, Me, Pair } from './judging';
import type { Choice } from './outbox';
import { Key } from './parts';
import type { Words } from './words';

/** What the study asks beside the verdict. All of it may be left out; it is sent with the vote. */
export function Asks({ judging, me, pair, choices, words }: { judging: Judging; me: Me; pair: Pair; choices: Choice[]; words: Words }) {
  return (
    <div class="asks">
      {me.criteria.map((criterion) => (
        <fieldset key={criterion.name} class="ask" lang={me.language} data-criterion={criterion.name}>
          <legend>{criterion.label}</legend>
          {choices.map((choice) => {
            const given = pair.criteria[criterion.name] === choice;
            return (
              <button
                type="button"
                key={choice}
                lang={words.tag}
                aria-pressed={given}
                onClick={() => judging.judge(criterion.name, given ? null : choice)}
              >
                {words.short[choice]}
              </button>
            );
          })}
        </fieldset>
      ))}
      {me.strength && (
        <fieldset class="ask" data-strength={pair.strength ?? 0}>
          <legend>
            {words.strength} <Key of="strength" />
          </legend>
          {([1, 2] as const).map((strength) => (
            <button
              type="button"
              key={strength}
              aria-pressed={pair.strength === strength}
              onClick={() => judging.note({ strength: pair.strength === strength ? null : strength })}
            >
              {strength === 1 ? words.little : words.much}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
