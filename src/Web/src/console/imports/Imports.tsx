import { useIsMutating, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { Refused, type Schemas } from '../../shared/client';
import { Loading } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { FileProblem } from './FileProblem';
import { ImportList } from './ImportList';
import './imports.css';
import { MappingEditor } from './MappingEditor';
import type { Mapping } from './mapping';
import { Preview } from './Preview';
import { stageImport, useImports } from './queries';

/** A file that was chosen on this page: on its way, refused, or staged, and then its preview stands for it. */
interface Read {
  key: number;
  file: File;
  sent: number;
  why?: unknown;
  staged?: string;
}

let keys = 0;

export function Imports({ study }: { study: Schemas['Study'] }) {
  const { imports: words } = useWords();
  const client = useQueryClient();
  const storing = useIsMutating({ mutationKey: ['confirm', study.study] }) > 0;
  const imports = useImports(study.study, storing);
  const [read, setRead] = useState<Read[]>([]);
  const [over, setOver] = useState(false);

  const change = (key: number, to: Partial<Read>) =>
    setRead((before) => before.map((each) => (each.key === key ? { ...each, ...to } : each)));

  const stage = async ({ key, file }: Read, mapping?: Mapping) => {
    change(key, { sent: 0, why: undefined, staged: undefined });
    await stageImport(study.study, file, mapping, (sent) => change(key, { sent })).then(
      (summary) => change(key, { staged: summary.import }),
      (why: unknown) => change(key, { why }),
    );
    await client.invalidateQueries({ queryKey: ['studies', study.study] });
  };
  /** One after the other: a file of judgments needs the prompts of the one before. */
  const take = async (files: File[]) => {
    const taken = files.map((file) => ({ key: ++keys, file, sent: 0 }));
    setRead((before) => [...before.filter((each) => each.staged), ...taken]);
    for (const each of taken) await stage(each);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take([...event.dataTransfer.files]);
  };

  const all = imports.data ?? [];
  return (
    <section className="imports">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same */}
      <div
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label className="button main">
          {words.choose}
          <input
            type="file"
            multiple
            className="unseen"
            onChange={(event) => {
              void take([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </label>
        <p>{words.drop}</p>
        <p className="muted">{words.nothingStored}</p>
      </div>
      {read
        .filter((each) => !each.staged)
        .map((each) => (
          <Unread
            key={each.key}
            read={each}
            stage={(mapping) => void stage(each, mapping)}
            leave={() => setRead(read.filter((r) => r !== each))}
          />
        ))}
      {all
        .filter((each) => each.state === 'staged' || (each.state === 'storing' && storing))
        .map((each) => {
          const mine = read.find((r) => r.staged === each.import);
          return (
            <Preview
              key={each.import}
              study={study}
              staged={each}
              file={mine?.file.name}
              restage={mine && ((mapping) => void stage(mine, mapping))}
            />
          );
        })}
      <h2>{words.list}</h2>
      {!imports.data && <Loading why={imports.error} />}
      {imports.data && <ImportList study={study} imports={all.filter((each) => each.state !== 'staged')} />}
    </section>
  );
}

function Unread({ read, stage, leave }: { read: Read; stage: (mapping?: Mapping) => void; leave: () => void }) {
  const { imports: words } = useWords();
  const problem = read.why instanceof Refused ? read.why.problem : undefined;
  return (
    <div className="card">
      <div className="heading">
        <h2>{read.file.name}</h2>
        {read.why !== undefined && (
          <button type="button" className="quiet" onClick={leave}>
            {words.leave}
          </button>
        )}
      </div>
      {read.why === undefined && (
        <p>
          <progress max={1} value={read.sent < 1 ? read.sent : undefined} aria-label={words.sending} />{' '}
          {read.sent < 1 ? words.sending : words.reading}
        </p>
      )}
      {read.why !== undefined && <FileProblem why={read.why} />}
      {problem?.table && (
        <MappingEditor table={problem.table} mapping={problem.mapping} send={stage} open={problem.type === '/problems/mapping-needed'} />
      )}
    </div>
  );
}
