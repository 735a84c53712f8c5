import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask, base, orNobody, signIn } from '../../shared/client';

/** Null when nobody is signed in. */
export const useSession = () => useQuery({ queryKey: ['session'], queryFn: () => orNobody(ask(api.GET('/api/v1/sessions/current'))) });

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: ({ share }) => (share ? location.assign(`${base}/console/share/${share}`) : client.invalidateQueries()),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/sessions/current')),
    onSuccess: () => {
      client.clear();
      location.assign('/console');
    },
  });
}
