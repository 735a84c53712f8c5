import { Link, useSearchParams } from 'react-router';
import type { Schemas } from '../../shared/client';
import { Choice } from '../parts/Choice';
import { Loading, ProblemBox } from '../parts/ProblemBox';
import { Scroll } from '../parts/Scroll';
import { useSpoken } from '../parts/words';
import { useRestoreStudy, useStudies } from './queries';

const A_PAGE = 50;
const BIN = 'bin';

/** All studies; what is looked for stands in the address. */
export function StudyList() {
  const { words: all } = useSpoken();
  const words = all.studies;
  const [asked, ask] = useSearchParams();
  const [text, state] = [asked.get('q') ?? '', asked.get('state') ?? ''];
  const studies = useStudies(state === BIN);
  const change = (name: string, value: string) => {
    const next = new URLSearchParams(asked);
    if (name !== 'page') next.delete('page');
    if (value === '') next.delete(name);
    else next.set(name, value);
    ask(next, { replace: name === 'q' });
  };

  const wanted = text.trim().toLowerCase();
  const found = (studies.data ?? []).filter(
    (each) =>
      (state === '' || state === BIN || each.state === state) &&
      (wanted === '' || each.name.toLowerCase().includes(wanted) || each.title.toLowerCase().includes(wanted)),
  );
  const pages = Math.max(1, Math.ceil(found.length / A_PAGE));
  const page = Math.min(pages, Math.max(1, Number(asked.get('page') ?? 1) || 1));
  return (
    <main>
      <div className="heading">
        <h1>{words.title}</h1>
        <Link to="/new" className="button main">
          {words.create}
        </Link>
      </div>
      <search className="finding">
        <label>
          {words.search}
          <input type="search" value={text} onChange={(event) => change('q', event.target.value)} />
        </label>
        <Choice
          label={words.state}
          value={state}
          first={words.everyState}
          options={{ ...words.states, [BIN]: words.bin }}
          choose={(value) => change('state', value)}
        />
      </search>
      {!studies.data && <Loading why={studies.error} />}
      {studies.data && (
        <p className="muted" role="status">
          {found.length > 0 ? words.found(found.length) : studies.data.length === 0 && state === '' ? words.empty : words.noneFound}
        </p>
      )}
      {found.length > 0 && <Listed studies={found.slice((page - 1) * A_PAGE, page * A_PAGE)} />}
      {pages > 1 && (
        <div className="actions">
          <button type="button" disabled={page === 1} onClick={() => change('page', String(page - 1))}>
            {words.before}
          </button>
          <span className="page">{words.page(page, pages)}</span>
          <button type="button" disabled={page === pages} onClick={() => change('page', String(page + 1))}>
            {words.after}
          </button>
        </div>
      )}
    </main>
  );
}

function Listed({ studies }: { studies: Schemas['Study'][] }) {
  const { words: all, language } = useSpoken();
  const words = all.studies;
  const restore = useRestoreStudy();
  return (
    <>
      <ProblemBox why={restore.error} />
      <Scroll label={words.title}>
        <table className="studies">
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.publicTitle}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.created}</th>
            </tr>
          </thead>
          <tbody>
            {studies.map((study) => (
              <tr key={study.study}>
                <td>{study.deleted_at ? study.name : <Link to={`/studies/${study.study}`}>{study.name}</Link>}</td>
                <td lang={study.language}>{study.title}</td>
                <td>
                  <span className={`state ${study.state}`}>{words.states[study.state]}</span>
                </td>
                <td className="muted">
                  {study.deleted_at ? (
                    <button type="button" disabled={restore.isPending} onClick={() => restore.mutate(study.study)}>
                      {words.restore}
                    </button>
                  ) : (
                    new Date(study.created_at).toLocaleDateString(language)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
