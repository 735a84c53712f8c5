import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/client';

export const useModels = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'models'],
    queryFn: async () => (await ask(api.GET('/api/v1/studies/{study}/models', { params: { path: { study } } }))).items,
  });

/** A pair as raters are to see it, and where the next one is. */
export const usePreview = (study: string, cursor: string | undefined, wanted: boolean) =>
  useQuery({
    queryKey: ['studies', study, 'preview', cursor],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/preview', { params: { path: { study }, query: { cursor } } })),
    placeholderData: keepPreviousData,
    enabled: wanted,
  });
