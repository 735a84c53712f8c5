import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../shared/client';
import { allPages } from '../parts/pages';

export const useRaters = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'raters'],
    queryFn: () =>
      allPages((cursor) => ask(api.GET('/api/v1/studies/{study}/raters', { params: { path: { study }, query: { limit: 1000, cursor } } }))),
    refetchInterval: 5000,
  });

export function useInvite(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (names: string[]) =>
      ask(api.POST('/api/v1/studies/{study}/raters', { params: { path: { study } }, body: { raters: names.map((name) => ({ name })) } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['studies', study, 'raters'] }),
  });
}
