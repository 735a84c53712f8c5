import { Imports } from '../imports/Imports';
import { useWords } from '../parts/words';
import { useModels } from './queries';
import { Onward, type StepProps } from './StepForm';

export function DataStep({ study }: StepProps) {
  const { setup: words } = useWords();
  const models = useModels(study.study);
  return (
    <>
      {models.data && models.data.length > 0 && <p className="known">{words.modelsKnown(models.data.map((each) => each.name))}</p>}
      {models.data && models.data.length < 2 && (
        <p className="missing-part" role="status">
          {words.tooFewModels(models.data.length)}
        </p>
      )}
      <Imports study={study} />
      <Onward study={study.study} step="data" />
    </>
  );
}
