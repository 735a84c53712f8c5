import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/client';
import { allPages } from '../parts/pages';

export const useStudies = () =>
  useQuery({
    queryKey: ['studies'],
    queryFn: () => allPages((cursor) => ask(api.GET('/api/v1/studies', { params: { query: { limit: 200, cursor } } }))),
  });

export const useStudy = (study: string) =>
  useQuery({ queryKey: ['studies', study], queryFn: () => ask(api.GET('/api/v1/studies/{study}', { params: { path: { study } } })) });

export function useCreateStudy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['CreateStudy']) => ask(api.POST('/api/v1/studies', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['studies'] }),
  });
}

export function useUpdateStudy(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['UpdateStudy']) => ask(api.PATCH('/api/v1/studies/{study}', { params: { path: { study } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['studies'] }),
  });
}

/** Looks every five seconds. */
export const useProgress = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'progress'],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/progress', { params: { path: { study } } })),
    refetchInterval: 5000,
  });
