import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../shared/client';
import { allPages } from '../parts/pages';

export const useImports = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'imports'],
    queryFn: () =>
      allPages((cursor) => ask(api.GET('/api/v1/studies/{study}/imports', { params: { path: { study }, query: { limit: 200, cursor } } }))),
    // Stored in small batches: followed while one is under way.
    refetchInterval: (query) => (query.state.data?.some((each) => each.state === 'storing') ? 1000 : false),
  });

/** Reads a file and answers what it would bring. The body is the file itself, which the contract cannot type. */
export function useStageImport(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: File) =>
      ask(
        api.POST('/api/v1/studies/{study}/imports', {
          params: { path: { study }, query: { format: 'auto', confirm: false } },
          body: file as never,
          bodySerializer: (body) => body as unknown as Blob,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['studies', study] }),
  });
}

export function useConfirmImport(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST('/api/v1/studies/{study}/imports/{import}/confirm', { params: { path: { study, import: id } }, body: {} })),
    onSettled: () => client.invalidateQueries({ queryKey: ['studies', study] }),
  });
}

/** Discards a staged import, or takes a stored one out again. */
export function useDropImport(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/studies/{study}/imports/{import}', { params: { path: { study, import: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['studies', study] }),
  });
}
