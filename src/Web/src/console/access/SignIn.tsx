import { useState } from 'react';
import { ProblemBox } from '../parts/ProblemBox';
import { useWords } from '../parts/words';
import { useSignIn } from './queries';

export function SignIn({ why }: { why: unknown }) {
  const words = useWords();
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  return (
    <main className="narrow">
      <h1>{words.access.title}</h1>
      <p>{words.access.text}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          // A whole link is as good as the key in it.
          signIn.mutate(key.trim().split('#').pop() ?? '');
        }}
      >
        <label>
          {words.access.key}
          <input type="password" autoComplete="off" required value={key} onChange={(event) => setKey(event.target.value)} />
        </label>
        <button type="submit" className="main" disabled={signIn.isPending}>
          {words.access.enter}
        </button>
      </form>
      <ProblemBox why={signIn.error ?? why} />
    </main>
  );
}
