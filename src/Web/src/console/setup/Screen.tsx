import { h, render } from 'preact';
import { useEffect, useRef } from 'react';
import { PairView } from '../../judge/PairView';
import '../../judge/pair.css';
import { toPair } from '../../judge/pair';
import { draw, read } from '../../judge/render';
import '../../judge/text.css';
import { dictionary } from '../../judge/words';
import type { Schemas } from '../../shared/client';
import { useSpoken } from '../parts/words';

interface Props {
  study: Schemas['Study'];
  preview: Schemas['PairPreview'];
}

const CHOICES = ['left', 'tie', 'both_bad', 'right'] as const;

/** The rater's screen without what it does. */
export function Screen({ study, preview }: Props) {
  const { words: all, language } = useSpoken();
  const words = all.setup;
  const its = dictionary[language];
  const pair = useRef<HTMLDivElement>(null);
  const guidelines = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // external system: the raters' page, which draws by Preact and outside of React
    const host = pair.current;
    if (host === null) return;
    let gone = false;
    const item = { ...preview, assignment: 'preview', stage: 'judging' as const, revision: 0, expires_at: '' };
    void toPair(item, study.language).then((drawn) => {
      if (gone) return;
      const look = { plain: false, whole: true };
      render(h(PairView, { pair: drawn, words: its, hidden: false, only: null, look, showWhole: () => {} }), host);
    });
    guidelines.current?.replaceChildren(draw(read(study.guidelines)));
    return () => {
      gone = true;
      render(null, host);
    };
  }, [preview, study.language, study.guidelines, its]);
  return (
    <section className="screen" aria-label={words.screen}>
      <header lang={study.language}>
        <strong>{study.title}</strong>
        <span>{study.question}</span>
      </header>
      {study.guidelines !== '' && (
        <details>
          <summary>{its.guidelines}</summary>
          <div ref={guidelines} lang={study.language} />
        </details>
      )}
      <div ref={pair} />
      <ul className="answers" aria-label={words.answersOffered}>
        {CHOICES.filter((choice) => choice !== 'both_bad' || study.allow_both_bad).map((choice) => (
          <li key={choice}>
            {its.choices[choice]}
            {choice === 'tie' && study.allow_both_bad && <small> {its.tieNote}</small>}
          </li>
        ))}
      </ul>
      {(study.strength || study.criteria.length > 0) && (
        <p className="muted">
          {study.criteria.map((each) => (
            <span key={each.name} lang={study.language}>
              {each.label}{' '}
            </span>
          ))}
          {study.strength && its.strength}
        </p>
      )}
    </section>
  );
}
