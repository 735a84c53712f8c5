import { ANALYSIS_FIELDS, AnalysisFields, readAnalysis } from './AnalysisFields';
import { StepForm, type StepProps } from './StepForm';

export function AnalysisStep({ study, way }: StepProps) {
  return (
    <StepForm study={study} way={way} step="analysis" fields={ANALYSIS_FIELDS} read={readAnalysis}>
      {(why) => <AnalysisFields study={study} why={why} />}
    </StepForm>
  );
}
