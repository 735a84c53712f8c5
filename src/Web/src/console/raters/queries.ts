import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, base, type Schemas } from '../../shared/client';
import { allPages } from '../parts/pages';

export const useRaters = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'raters'],
    queryFn: () =>
      allPages((cursor) => ask(api.GET('/api/v1/studies/{study}/raters', { params: { path: { study }, query: { limit: 1000, cursor } } }))),
    refetchInterval: 5000,
  });

const useChanged = (study: string) => {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['studies', study] });
};

export interface Invited {
  name: string;
  group: string | undefined;
  quota: number | undefined;
}

export function useInvite(study: string) {
  const onSettled = useChanged(study);
  return useMutation({
    mutationFn: (raters: Invited[]) => ask(api.POST('/api/v1/studies/{study}/raters', { params: { path: { study } }, body: { raters } })),
    onSettled,
  });
}

export function useUpdateRater(study: string) {
  const onSettled = useChanged(study);
  return useMutation({
    mutationFn: ({ rater, body }: { rater: string; body: Schemas['UpdateRater'] }) =>
      ask(api.PATCH('/api/v1/studies/{study}/raters/{rater}', { params: { path: { study, rater } }, body })),
    onSettled,
  });
}

/** For good. */
export function useEraseRater(study: string) {
  const onSettled = useChanged(study);
  return useMutation({
    mutationFn: (rater: string) => ask(api.POST('/api/v1/studies/{study}/raters/{rater}/erase', { params: { path: { study, rater } } })),
    onSettled,
  });
}

/** Where all that is held of a rater is to be had as a file. */
export const heldOf = (study: string, rater: string) => `${base}/api/v1/studies/${study}/raters/${rater}/export`;

export function useRenewLink(study: string) {
  return useMutation({
    mutationFn: (rater: string) => ask(api.POST('/api/v1/studies/{study}/raters/{rater}/link', { params: { path: { study, rater } } })),
  });
}

export const useReported = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'problems'],
    queryFn: () =>
      allPages((cursor) =>
        ask(api.GET('/api/v1/studies/{study}/problems', { params: { path: { study }, query: { limit: 1000, cursor } } })),
      ),
  });

export const useExclusions = (study: string) =>
  useQuery({
    queryKey: ['studies', study, 'exclusions'],
    queryFn: () =>
      allPages((cursor) =>
        ask(api.GET('/api/v1/studies/{study}/exclusions', { params: { path: { study }, query: { limit: 1000, cursor } } })),
      ),
  });

/** Sets judgments aside, takes them back, or only counts how many it would be. */
export function useSetAside(study: string, act: 'exclude' | 'include') {
  const onSettled = useChanged(study);
  return useMutation({
    mutationFn: (body: Schemas['SetJudgmentsAside']) =>
      act === 'exclude'
        ? ask(api.POST('/api/v1/studies/{study}/judgments/exclude', { params: { path: { study } }, body }))
        : ask(api.POST('/api/v1/studies/{study}/judgments/include', { params: { path: { study } }, body })),
    onSettled,
  });
}

export interface PayQuestion {
  from: string;
  to: string;
  rate: string;
  per: 'judgment' | 'hour';
}

const given = (question: PayQuestion) => Object.fromEntries(Object.entries(question).filter(([, value]) => value !== ''));

export const usePay = (study: string, question: PayQuestion) =>
  useQuery({
    queryKey: ['studies', study, 'pay', question],
    queryFn: () => ask(api.GET('/api/v1/studies/{study}/pay', { params: { path: { study }, query: given(question) } })),
  });

export const paySheet = (study: string, question: PayQuestion, format: 'csv' | 'xlsx') =>
  `${base}/api/v1/studies/${study}/pay?${new URLSearchParams({ ...given(question), format })}`;
