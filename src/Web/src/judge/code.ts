type Highlighter = typeof import('./highlighters').default;

let highlighter: Highlighter | null = null;

/** Fetched when a text with a fenced block of a known language is there. */
export async function loadCode(): Promise<void> {
  highlighter ??= (await import('./highlighters')).default;
}

const LONGEST = 20_000;

// biome-ignore format: a table
const names: Record<string, string> = {
  py: 'python', python: 'python', python3: 'python', js: 'javascript', javascript: 'javascript', jsx: 'javascript', ts: 'typescript',
  typescript: 'typescript', tsx: 'typescript', java: 'java', c: 'cpp', 'c++': 'cpp', cpp: 'cpp', cs: 'csharp', 'c#': 'csharp',
  csharp: 'csharp', go: 'go', golang: 'go', rust: 'rust', rs: 'rust', sql: 'sql', mysql: 'sql', bash: 'bash', sh: 'bash', shell: 'bash',
  json: 'json', html: 'xml', xml: 'xml', css: 'css',
};

const known = (info: string) => names[(info.trim().split(/[\s{,]/)[0] ?? '').toLowerCase()];

/** Whether a fenced block with these words after the fence is coloured. */
export const isKnownCode = (info: string, code: string) => known(info) !== undefined && code.length <= LONGEST;

/** HTML of the code; '' leaves it as it is. */
export function highlight(code: string, info: string): string {
  const language = known(info);
  return highlighter === null || language === undefined || code.length > LONGEST
    ? ''
    : highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
