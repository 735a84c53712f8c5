import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask, base } from '../../shared/client';

/** What a file would hold and leave out. The service counts by writing it to nowhere, so nothing is asked again while the page stands. */
export const useExportCounts = (study: string, format: string, asked: Record<string, string>) =>
  useQuery({
    queryKey: ['studies', study, 'exports', format, asked],
    queryFn: () =>
      ask(api.GET('/api/v1/studies/{study}/exports/{format}', { params: { path: { study, format }, query: { ...asked, count: true } } })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });

/** A plain link: the session's cookie goes with it. */
export const exportAddress = (study: string, format: string, asked: Record<string, string>) =>
  `${base}/api/v1/studies/${study}/exports/${format}${Object.keys(asked).length > 0 ? `?${new URLSearchParams(asked)}` : ''}`;
