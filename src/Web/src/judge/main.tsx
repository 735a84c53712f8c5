/** @jsxImportSource preact */
import { render } from 'preact';
import '../shared/tokens.css';
import { Judge } from './Judge';
import './dialogs.css';
import './judge.css';
import { Judging } from './judging';
import './pair.css';
import './text.css';

const root = document.getElementById('root');
const judging = new Judging();
if (root) render(<Judge judging={judging} />, root);
void judging.start();
// A new link opened in a tab that is already here changes only the fragment.
addEventListener('hashchange', () => {
  if (location.hash !== '') location.reload();
});
