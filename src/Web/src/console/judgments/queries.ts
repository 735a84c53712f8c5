import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ask, base } from '../../shared/client';

/** The filters of the address are the service's own, so they are handed on as they are. */
export const useJudgments = (study: string, search: URLSearchParams) =>
  useInfiniteQuery({
    queryKey: ['studies', study, 'judgments', search.toString()],
    queryFn: ({ pageParam }) => {
      const query = { ...Object.fromEntries(search), limit: 50, cursor: pageParam } as never;
      return ask(api.GET('/api/v1/studies/{study}/judgments', { params: { path: { study }, query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const usePair = (study: string, pair: string) =>
  useQuery({
    queryKey: ['studies', study, 'pair', pair],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/pairs/{pair}', { params: { path: { study, pair } } })),
  });

export const judgmentsAsLines = (study: string, search: URLSearchParams) => `${base}/api/v1/studies/${study}/judgments?${search}`;
