import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, orNobody, type Schemas } from '../../shared/client';
import { allPages } from '../parts/pages';

const keyOf = (study: string) => ['studies', study, 'shares'];

export const useShares = (study: string, wanted: boolean) =>
  useQuery({
    queryKey: keyOf(study),
    queryFn: () =>
      allPages((cursor) => ask(api.GET('/api/v1/studies/{study}/shares', { params: { path: { study }, query: { limit: 1000, cursor } } }))),
    enabled: wanted,
  });

export interface Wish {
  name: string;
  frozen: boolean;
  /** When it ends; null: when it is revoked. */
  ends: Date | null;
}

export function useCreateShare(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, frozen, ends }: Wish) => {
      const body: Schemas['CreateShare'] = { name, expires_at: ends?.toISOString() ?? null };
      // Votes may have come in since the page was loaded.
      if (frozen) body.at = (await ask(api.GET('/api/v1/studies/{study}', { params: { path: { study } } }))).sequence;
      return ask(api.POST('/api/v1/studies/{study}/shares', { params: { path: { study } }, body }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(study) }),
  });
}

export function useRevokeShare(study: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (share: string) => ask(api.DELETE('/api/v1/studies/{study}/shares/{share}', { params: { path: { study, share } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(study) }),
  });
}

/** The study of the share that this page shows; null when its link opens nothing any more. */
export const useShared = (share: string | undefined) =>
  useQuery({ queryKey: ['session'], queryFn: () => orNobody(ask(api.GET('/api/v1/shared'))), enabled: share !== undefined });
