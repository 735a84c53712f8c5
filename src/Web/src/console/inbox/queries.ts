import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, type Schemas } from '../../shared/client';

export type State = Schemas['AdjudicationState'];

const listKey = (study: string) => ['studies', study, 'disagreements'];
const caseKey = (study: string, pair: string) => ['studies', study, 'adjudication', pair];

/** Page by page, the worst first. */
export const useDisagreements = (study: string, state: State) =>
  useInfiniteQuery({
    queryKey: [...listKey(study), state],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/studies/{study}/disagreements', { params: { path: { study }, query: { state, limit: 50, cursor: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const useCase = (study: string, pair: string) =>
  useQuery({
    queryKey: caseKey(study, pair),
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/disagreements/{pair}', { params: { path: { study, pair } } })),
    refetchOnWindowFocus: false, // what is being read does not move
  });

export function useDecide(study: string, pair: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['PutAdjudication']) =>
      ask(api.PUT('/api/v1/studies/{study}/disagreements/{pair}', { params: { path: { study, pair } }, body })),
    onSuccess: (decided) => {
      client.setQueryData(caseKey(study, pair), decided);
      return client.invalidateQueries({ queryKey: listKey(study) });
    },
    // Somebody else decided meanwhile: what she decided is shown beside the refusal.
    onError: () => client.invalidateQueries({ queryKey: caseKey(study, pair) }),
  });
}
