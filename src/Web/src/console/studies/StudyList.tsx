import { Link } from 'react-router';
import { Loading } from '../parts/ProblemBox';
import { useSpoken } from '../parts/words';
import { useStudies } from './queries';

export function StudyList() {
  const { words, language } = useSpoken();
  const studies = useStudies();
  return (
    <main>
      <div className="heading">
        <h1>{words.studies.title}</h1>
        <Link to="/new" className="button main">
          {words.studies.create}
        </Link>
      </div>
      {!studies.data && <Loading why={studies.error} />}
      {studies.data?.length === 0 && <p className="muted">{words.studies.empty}</p>}
      {studies.data && studies.data.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th>{words.studies.name}</th>
                <th>{words.studies.publicTitle}</th>
                <th>{words.studies.state}</th>
                <th>{words.studies.created}</th>
              </tr>
            </thead>
            <tbody>
              {studies.data.map((study) => (
                <tr key={study.study}>
                  <td>
                    <Link to={`/studies/${study.study}`}>{study.name}</Link>
                  </td>
                  <td lang={study.language}>{study.title}</td>
                  <td>
                    <span className={`state ${study.state}`}>{words.studies.states[study.state]}</span>
                  </td>
                  <td className="muted">{new Date(study.created_at).toLocaleDateString(language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}
