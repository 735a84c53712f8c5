/** What may be asked of an export, in the order of the page. */
export const OPTIONS = ['judgments', 'raters', 'min_votes', 'min_margin', 'adjudicated', 'license', 'at', 'gzip'] as const;
export type Option = (typeof OPTIONS)[number];

interface Format {
  takes: readonly Option[];
  extension: string;
}

const VERDICTS = ['judgments', 'raters', 'at', 'gzip'] as const;
const TRAINING = ['raters', 'min_votes', 'min_margin', 'adjudicated', 'at', 'gzip'] as const;
const TEXTS = ['at', 'gzip'] as const;

/** What the service writes, by what it is for. */
export const GROUPS = {
  sheet: { csv: { takes: VERDICTS, extension: 'csv' } },
  own: {
    prefeval_judgments: { takes: VERDICTS, extension: 'jsonl' },
    prefeval_prompts: { takes: TEXTS, extension: 'jsonl' },
    prefeval_pairs: { takes: TEXTS, extension: 'jsonl' },
  },
  others: {
    lmsys_battles: { takes: VERDICTS, extension: 'jsonl' },
    alpaca_eval_annotations: { takes: VERDICTS, extension: 'json' },
  },
  training: {
    trl_dpo: { takes: TRAINING, extension: 'jsonl' },
    trl_kto: { takes: TRAINING, extension: 'jsonl' },
  },
  publish: { release: { takes: ['adjudicated', 'license', 'at'], extension: 'zip' } },
} satisfies Record<string, Record<string, Format>>;

export type FormatName = { [Group in keyof typeof GROUPS]: keyof (typeof GROUPS)[Group] }[keyof typeof GROUPS];

export const FORMATS: Record<FormatName, Format> = {
  ...GROUPS.sheet,
  ...GROUPS.own,
  ...GROUPS.others,
  ...GROUPS.training,
  ...GROUPS.publish,
};

export const isFormat = (name: string | null): name is FormatName => name !== null && name in FORMATS;

/** A word of a shell, quoted where it must be. */
const quoted = (word: string) => (/^[\w.,:=/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The same export from a terminal. */
export function commandFor(study: string, format: string, asked: Record<string, string>, file: string): string {
  const options = Object.entries(asked).flatMap(([name, value]) => ['--with', `${name}=${value}`]);
  return ['prefeval', 'export', '--study', study, '--format', format, ...options, '-o', file].map(quoted).join(' ');
}
