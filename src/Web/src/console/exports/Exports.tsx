import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Choice } from '../parts/Choice';
import { CopyButton } from '../parts/CopyButton';
import { Figure } from '../parts/Figure';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import './exports.css';
import { commandFor, FORMATS, type FormatName, GROUPS, isFormat, type Option } from './formats';
import { exportAddress, useExportCounts, useReleaseCounts } from './queries';

/** The study as a file that another tool reads. What is chosen stands in the page's address. */
export function Exports({ study }: { study: Schemas['Study'] }) {
  const { exports: words } = useWords();
  const [search, setSearch] = useSearchParams();
  const named = search.get('format');
  const format: FormatName = isFormat(named) ? named : 'csv';
  const choose = (field: string, value: string) =>
    setSearch(
      (before) => {
        if (value === '') before.delete(field);
        else before.set(field, value);
        return before;
      },
      { replace: true },
    );
  return (
    <section className="exports">
      <fieldset className="formats">
        <legend>
          <h2>{words.choose}</h2>
        </legend>
        {Object.entries(GROUPS).map(([group, members]) => (
          <div key={group}>
            <h3>{words.groups[group as keyof typeof GROUPS]}</h3>
            {(Object.keys(members) as FormatName[]).map((each) => (
              <label key={each}>
                <input type="radio" name="format" value={each} checked={each === format} onChange={() => choose('format', each)} />
                <span>
                  <code>{each}</code>
                  <span>{words.formats[each]}</span>
                </span>
              </label>
            ))}
          </div>
        ))}
      </fieldset>
      <File study={study} format={format} search={search} choose={choose} />
    </section>
  );
}

interface FileProps {
  study: Schemas['Study'];
  format: FormatName;
  search: URLSearchParams;
  choose: (field: string, value: string) => void;
}

function File({ study, format, search, choose }: FileProps) {
  const { exports: words, raters } = useWords();
  const { takes, extension } = FORMATS[format];
  const asked: Record<string, string> = {};
  for (const option of takes) {
    const value = search.get(option);
    if (value) asked[option] = value;
  }
  const can = (option: Option) => takes.includes(option);
  const number = (option: 'min_votes' | 'min_margin' | 'at', from: number, step: number | 'any', shown: string) => (
    <label>
      {words[option]}
      <input
        type="number"
        min={from}
        step={step}
        placeholder={shown}
        value={search.get(option) ?? ''}
        onChange={(event) => choose(option, event.target.value)}
      />
    </label>
  );
  return (
    <div className="card file">
      <h2>
        <code>{format}</code>
      </h2>
      <fieldset className="options">
        <legend className="unseen">{words.options}</legend>
        {can('judgments') && (
          <Choice
            label={words.judgments}
            value={asked.judgments}
            options={words.standings}
            first={words.counted}
            choose={(value) => choose('judgments', value)}
          />
        )}
        {can('raters') && (
          <Choice
            label={words.raters}
            value={asked.raters}
            options={raters.kinds}
            first={words.anyRaters}
            choose={(value) => choose('raters', value)}
          />
        )}
        {can('min_votes') && number('min_votes', 1, 1, '1')}
        {can('min_margin') && number('min_margin', 0, 'any', '0')}
        {can('adjudicated') && (
          <Choice
            label={words.adjudicated}
            value={asked.adjudicated}
            options={words.adjudications}
            first={words.asAdjudicated}
            choose={(value) => choose('adjudicated', value)}
          />
        )}
        {can('license') && (
          <label>
            {words.license}
            <input
              maxLength={200}
              placeholder={words.notStated}
              value={search.get('license') ?? ''}
              onChange={(event) => choose('license', event.target.value)}
            />
          </label>
        )}
        {number('at', 0, 1, words.newest(study.sequence))}
        {can('gzip') && (
          <label className="tick">
            <input
              type="checkbox"
              checked={asked.gzip === 'true'}
              onChange={(event) => choose('gzip', event.target.checked ? 'true' : '')}
            />
            {words.gzip}
          </label>
        )}
      </fieldset>
      {format === 'release' ? (
        <ReleaseHolds study={study.study} asked={asked} />
      ) : (
        <FileHolds key={format} study={study.study} format={format} asked={asked} />
      )}
      <Command text={commandFor(study.study, format, asked, `${format}.${extension}${asked.gzip ? '.gz' : ''}`)} />
    </div>
  );
}

type Asked = Record<string, string>;

function FileHolds({ study, format, asked }: { study: string; format: string; asked: Asked }) {
  const { exports: words } = useWords();
  const counts = useExportCounts(study, format, asked);
  const held = counts.data;
  return (
    <Holds counts={counts} address={exportAddress(study, format, asked)}>
      {held && (
        <>
          <dl className="figures">
            <Figure label={words.rows} value={held.rows} />
            <Figure label={words.sequence} value={held.sequence} />
          </dl>
          <Reasons caption={words.leftOut} counts={held.left_out} />
          <Reasons caption={words.notHeld} counts={held.not_held} />
          {Object.keys(held.left_out).length === 0 && <p className="muted">{words.nothingLeft}</p>}
          {held.rows === 0 && <p className="muted">{words.empty}</p>}
        </>
      )}
    </Holds>
  );
}

function ReleaseHolds({ study, asked }: { study: string; asked: Asked }) {
  const { exports: words } = useWords();
  const { license: _, ...counted } = asked; // what it holds does not hang on it
  const counts = useReleaseCounts(study, counted);
  const held = counts.data;
  return (
    <Holds counts={counts} address={exportAddress(study, 'release', asked)}>
      {held && (
        <>
          <dl className="figures">
            {(Object.keys(words.held) as (keyof typeof words.held)[]).map((each) => (
              <Figure key={each} label={words.held[each]} value={held[each]} />
            ))}
            <Figure label={words.sequence} value={held.sequence} />
          </dl>
          <p className="muted">
            {words.hash} <code className="hash">{held.data_hash}</code>
          </p>
          <Reasons caption={words.leftOut} counts={held.left_out} />
          {Object.keys(held.left_out).length === 0 && <p className="muted">{words.nothingLeft}</p>}
        </>
      )}
    </Holds>
  );
}

interface HoldsProps {
  counts: { data: unknown; error: unknown; isPlaceholderData: boolean };
  address: string;
  children: ReactNode;
}

/** What was counted, and the file itself; where it cannot be had, why. */
function Holds({ counts, address, children }: HoldsProps) {
  const { exports: words } = useWords();
  if (counts.error) return <ProblemBox why={counts.error} />;
  if (!counts.data) return <Loading why={null} />;
  return (
    <div aria-busy={counts.isPlaceholderData}>
      <h3>{words.holds}</h3>
      {children}
      <p>
        <a className="button main" href={address} download>
          {words.download}
        </a>
      </p>
    </div>
  );
}

function Reasons({ caption, counts }: { caption: string; counts: Record<string, number> }) {
  const { exports: words } = useWords();
  const rows = Object.entries(counts);
  if (rows.length === 0) return null;
  return (
    <table className="reasons">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th>{words.reason}</th>
          <th className="number">{words.count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([reason, count]) => (
          <tr key={reason} data-reason={reason}>
            <td>{words.reasons[reason] ?? reason}</td>
            <td className="number">{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Command({ text }: { text: string }) {
  const { exports: words } = useWords();
  return (
    <div className="command">
      <h3>{words.command}</h3>
      <p>
        <code>{text}</code>
      </p>
      <CopyButton text={text} />
    </div>
  );
}
