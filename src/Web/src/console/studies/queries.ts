import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/client';
import { allPages } from '../parts/pages';

/** All of them, or those in the bin. */
export const useStudies = (deleted: boolean) =>
  useQuery({
    queryKey: ['studies', { deleted }],
    queryFn: () => allPages((cursor) => ask(api.GET('/api/v1/studies', { params: { query: { limit: 200, cursor, deleted } } }))),
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

/** A draft is deleted for good, any other study is put into the bin. */
export function useDeleteStudy(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/studies/{study}', { params: { path: { study } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['studies', { deleted: false }] }),
  });
}

export function useRestoreStudy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (study: string) => ask(api.POST('/api/v1/studies/{study}/restore', { params: { path: { study } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['studies'] }),
  });
}

/** Looks every five seconds. */
export const useProgress = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'progress'],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/progress', { params: { path: { study } } })),
    refetchInterval: 5000,
  });
