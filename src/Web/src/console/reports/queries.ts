import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask, asReader, base } from '../../shared/client';
import { filterOf, type Question, toQuery } from './question';

export const usePreference = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'preference', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/preference', { params: { path: { study }, query: toQuery(question) } })),
    placeholderData: keepPreviousData,
  });

export const useAgreement = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'agreement', question],
    queryFn: () => {
      const query = { ...filterOf(question), confidence: toQuery(question).confidence };
      return ask(api.GET('/api/v1/studies/{study}/reports/agreement', { params: { path: { study }, query } }));
    },
    placeholderData: keepPreviousData,
  });

/** The other reports take the same filter, scope and confidence; they always count judgments. */
const scoped = (question: Question) => {
  const { scope, confidence } = toQuery(question);
  return { ...filterOf(question), scope, confidence };
};

export const useLeaderboard = (study: string, question: Question, wanted = true) =>
  useQuery({
    queryKey: ['studies', study, 'leaderboard', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/leaderboard', { params: { path: { study }, query: scoped(question) } })),
    placeholderData: keepPreviousData,
    enabled: wanted,
  });

export const usePosition = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'position', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/position', { params: { path: { study }, query: scoped(question) } })),
    placeholderData: keepPreviousData,
  });

export const useLength = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'length', question],
    queryFn: () => {
      const { model, baseline } = toQuery(question);
      return ask(
        api.GET('/api/v1/studies/{study}/reports/length', { params: { path: { study }, query: { ...scoped(question), model, baseline } } }),
      );
    },
    placeholderData: keepPreviousData,
  });

export const useRaterQuality = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'rater-quality', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/reports/raters', { params: { path: { study }, query: scoped(question) } })),
    placeholderData: keepPreviousData,
  });

export const useJudges = (study: string, question: Question) =>
  useQuery({
    queryKey: ['studies', study, 'judges', question],
    queryFn: () => {
      const { raters: _, ...filter } = filterOf(question);
      const query = { ...filter, confidence: toQuery(question).confidence };
      return ask(api.GET('/api/v1/studies/{study}/reports/judges', { params: { path: { study }, query } }));
    },
    placeholderData: keepPreviousData,
  });

/** The models of a study and their attributes. */
export const useModels = (study: string, wanted: boolean) =>
  useQuery({
    queryKey: ['studies', study, 'models'],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/models', { params: { path: { study } } })),
    enabled: wanted,
  });

/** Where a report is to be had as a file, of the same question. */
export function fileOf(study: string, report: string, question: Question, fields: readonly string[], format: string): string {
  const query = new URLSearchParams(Object.entries(question).filter(([field]) => fields.includes(field)));
  query.set('format', format);
  return asReader(`${base}/api/v1/studies/${study}/reports/${report}?${query}`);
}
