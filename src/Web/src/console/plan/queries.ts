import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { paths } from '../../shared/api';
import { api, ask } from '../../shared/client';

export type PlanQuery = NonNullable<paths['/api/v1/studies/{study}/reports/plan']['get']['parameters']['query']>;

export const usePlan = (study: string, query: PlanQuery) =>
  useQuery({
    queryKey: ['studies', study, 'plan', query],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/plan', { params: { path: { study }, query } })),
    placeholderData: keepPreviousData,
  });
