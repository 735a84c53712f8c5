import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../../shared/client';

/** What may be asked beyond what the study declared; empty: as declared. */
export interface Question {
  unit?: string;
  scope?: string;
  raters?: string;
}

export const usePreference = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'preference', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/preference', { params: { path: { study }, query: question } })),
    placeholderData: keepPreviousData,
  });

export const useAgreement = (study: string, raters: string | undefined) =>
  useQuery({
    queryKey: ['studies', study, 'agreement', raters],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/agreement', { params: { path: { study }, query: { raters } } })),
  });

/** The other reports take the same filter and scope; they always count judgments. */
export const useLeaderboard = (study: string, { scope, raters }: Question) =>
  useQuery({
    queryKey: ['studies', study, 'leaderboard', scope, raters],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/leaderboard', { params: { path: { study }, query: { scope, raters } } })),
  });

export const usePosition = (study: string, { scope, raters }: Question) =>
  useQuery({
    queryKey: ['studies', study, 'position', scope, raters],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/position', { params: { path: { study }, query: { scope, raters } } })),
  });
