export const STEPS = ['question', 'data', 'design', 'preview', 'analysis', 'raters', 'review'] as const;
export type StepName = (typeof STEPS)[number];

export const isStep = (value: string | undefined): value is StepName => STEPS.some((step) => step === value);

/** The step that mends what the service refuses, by the field that it names. */
export function stepOf(field: string | null | undefined): StepName | null {
  const [first = ''] = (field ?? '').split('.');
  const steps: Record<string, StepName> = {
    name: 'question',
    title: 'question',
    question: 'question',
    language: 'question',
    guidelines: 'question',
    criteria: 'question',
    models: 'data',
    pairs: 'data',
    state: 'data',
    design: 'design',
    overlap: 'design',
    gold_share: 'design',
    repeat_share: 'design',
    analysis: 'analysis',
    qualification: 'raters',
    max_share: 'raters',
  };
  return steps[first] ?? null;
}
