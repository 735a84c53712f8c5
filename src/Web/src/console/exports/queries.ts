import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask, base } from '../../shared/client';

// The service counts by writing a file to nowhere: nothing is asked again while the page stands, and what is no longer wanted is called off.
const once = { placeholderData: keepPreviousData, refetchOnWindowFocus: false } as const;

/** What a file would hold and leave out. */
export const useExportCounts = (study: string, format: string, asked: Record<string, string>) =>
  useQuery({
    queryKey: ['studies', study, 'exports', format, asked],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/api/v1/studies/{study}/exports/{format}', {
          params: { path: { study, format }, query: { ...asked, count: true } },
          signal,
        }),
      ),
    ...once,
  });

/** What a release would hold. */
export const useReleaseCounts = (study: string, asked: Record<string, string>) =>
  useQuery({
    queryKey: ['studies', study, 'release', asked],
    queryFn: ({ signal }) =>
      ask(api.GET('/api/v1/studies/{study}/exports/release', { params: { path: { study }, query: { ...asked, count: true } }, signal })),
    ...once,
  });

/** A plain link: the session's cookie goes with it. */
export const exportAddress = (study: string, format: string, asked: Record<string, string>) =>
  `${base}/api/v1/studies/${study}/exports/${format}${Object.keys(asked).length > 0 ? `?${new URLSearchParams(asked)}` : ''}`;
