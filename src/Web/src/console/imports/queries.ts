import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, base, Refused, type Schemas } from '../../shared/client';
import { allPages } from '../parts/pages';
import type { Mapping } from './mapping';

export const useImports = (study: string, watched: boolean) =>
  useQuery({
    queryKey: ['studies', study, 'imports'],
    queryFn: () =>
      allPages((cursor) => ask(api.GET('/api/v1/studies/{study}/imports', { params: { path: { study }, query: { limit: 200, cursor } } }))),
    // Stored in small batches: followed while one is under way.
    refetchInterval: (query) => (watched || query.state.data?.some((each) => each.state === 'storing') ? 700 : false),
  });

/** Reads a file and answers what it would bring. Told how much of it is sent, which fetch does not tell. */
export function stageImport(study: string, file: File, mapping: Mapping | undefined, sent: (share: number) => void) {
  return new Promise<Schemas['ImportSummary']>((resolve, reject) => {
    const query = mapping ? `?mapping=${encodeURIComponent(JSON.stringify(mapping))}` : '';
    const request = new XMLHttpRequest();
    request.open('POST', `${base}/api/v1/studies/${study}/imports${query}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && sent(event.loaded / event.total);
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject(new Refused(request.status, request.response)));
    request.onerror = () => reject(new TypeError('network'));
    request.send(file);
  });
}

export interface Told {
  id: string;
  leaks: Schemas['Leaks'];
  onChange: Schemas['OnChange'];
}

export function useConfirmImport(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ['confirm', study],
    mutationFn: ({ id, leaks, onChange }: Told) =>
      ask(
        api.POST('/api/v1/studies/{study}/imports/{import}/confirm', {
          params: { path: { study, import: id } },
          body: { leaks, on_change: onChange },
        }),
      ),
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
