import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';
import { base, Refused, readAs, signIn, takeKey } from '../shared/client';
import '../shared/tokens.css';
import { useSession, useSignOut } from './access/queries';
import { SignIn } from './access/SignIn';
import './console.css';
import { Loading } from './parts/ProblemBox';
import { Speaking, useSpoken } from './parts/words';
import { SharedPage } from './shares/SharedPage';
import { StudyList } from './studies/StudyList';
import { StudyPage } from './studies/StudyPage';

const NewStudy = lazy(() => import('./setup/QuestionStep').then((module) => ({ default: module.NewStudy })));

const client: QueryClient = new QueryClient({
  // A session that ended while the page was open: back to the sign-in page.
  queryCache: new QueryCache({
    onError: (why) => why instanceof Refused && why.status === 401 && client.setQueryData(['session'], null),
  }),
  defaultOptions: {
    // A refusal stays one; only a failed connection is worth another try.
    queries: { retry: (count, why) => !(why instanceof Refused) && count < 5, staleTime: 2000 },
  },
});

function Top({ brand, children }: { brand: ReactNode; children?: ReactNode }) {
  const { words, language, toggle } = useSpoken();
  return (
    <header className="top">
      {brand}
      <nav>
        {children}
        <button type="button" className="quiet" lang={language === 'en' ? 'zh-CN' : 'en'} onClick={toggle}>
          {words.language}
        </button>
      </nav>
    </header>
  );
}

function Shell({ children }: { children: ReactNode }) {
  const { words } = useSpoken();
  const session = useSession();
  const signOut = useSignOut();
  return (
    <>
      <Top
        brand={
          <Link to="/" className="brand">
            {words.app}
          </Link>
        }
      >
        {session.data && (
          <>
            <span className="muted">{session.data.name}</span>
            <button type="button" className="quiet" onClick={() => signOut.mutate()}>
              {words.signOut}
            </button>
          </>
        )}
      </Top>
      {children}
    </>
  );
}

/** Whoever reads a share has no account: nothing leads from it to the other pages. */
function Shared({ refused }: { refused: unknown }) {
  const { words } = useSpoken();
  return (
    <>
      <Top brand={<span className="brand">{words.app}</span>} />
      <SharedPage refused={refused} />
    </>
  );
}

function Pages({ refused }: { refused: unknown }) {
  const session = useSession();
  if (session.isPending || session.isError) {
    return (
      <main>
        <Loading why={session.error} />
      </main>
    );
  }
  if (session.data === null) return <SignIn why={refused} />;
  return (
    <Routes>
      <Route path="/" element={<StudyList />} />
      <Route
        path="/new"
        element={
          <Suspense fallback={<Loading why={null} />}>
            <NewStudy />
          </Suspense>
        }
      />
      <Route path="/studies/:study" element={<StudyPage />} />
      <Route path="/studies/:study/:tab/:part?" element={<StudyPage />} />
      <Route path="*" element={<Navigate to="/" replace />} />
    </Routes>
  );
}

async function start(root: HTMLElement) {
  const key = takeKey();
  // A link that was used up may belong to a session that still lives: then the pages open, else the sign-in page says why.
  const refused =
    key === null
      ? null
      : await signIn(key)
          .then(({ share }) => {
            if (share) history.replaceState(history.state, '', `${base}/console/share/${share}`);
            return null;
          })
          .catch((why: unknown) => why);
  const [, share] = /\/console\/share\/([\w-]+)$/.exec(location.pathname) ?? [];
  if (share) readAs(share);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Speaking>
          <BrowserRouter basename="/console">
            <Routes>
              <Route path="/share/:share?" element={<Shared refused={refused} />} />
              <Route
                path="*"
                element={
                  <Shell>
                    <Pages refused={refused} />
                  </Shell>
                }
              />
            </Routes>
          </BrowserRouter>
        </Speaking>
      </QueryClientProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root) void start(root);
addEventListener('hashchange', () => {
  if (location.hash !== '') location.reload();
});
