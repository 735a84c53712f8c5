import createClient from 'openapi-fetch';
import type { Readable } from 'openapi-typescript-helpers';
import type { components, paths } from './api';

/** The contract's records, as they are answered. */
export type Schemas = { [Name in keyof components['schemas']]: Readable<components['schemas'][Name]> };

/** RFC 9457, with what PrefEval adds to it. */
export type Problem = Schemas['ProblemDetails'];

/** What stands before /judge and /console in the address, where the service lives under a path. */
export const base = location.pathname.replace(/\/(judge|console)(\/.*)?$/, '').replace(/\/$/, '');

export const api = createClient<paths>({ baseUrl: base });

/** The service answered, and refused. A network failure stays the browser's TypeError. */
export class Refused extends Error {
  readonly problem: Problem;
  readonly status: number;

  constructor(status: number, body: unknown) {
    const problem: Problem = typeof body === 'object' && body !== null ? (body as Problem) : { title: `HTTP ${status}` };
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.problem = problem;
    this.status = status;
  }

  /** The stable name of the problem: what follows /problems/ in its type. */
  get name(): string {
    return (this.problem.type ?? '').replace('/problems/', '');
  }
}

/** The data of an answer; a refusal is thrown. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<NonNullable<T>> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Refused(response.status, error);
  return data as NonNullable<T>;
}

/** The same; null where nobody is signed in. */
export const orNobody = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((why) => {
    if (why instanceof Refused && why.status === 401) return null;
    throw why;
  });

/** From here on the page reads as a share: the browser may hold other sessions beside it. */
export function readAs(share: string) {
  reader = share;
  api.use({ onRequest: ({ request }) => new Request(asReader(request.url), request) });
}
let reader: string | null = null;

/** The address of a call as whoever reads this page makes it, for links to files too. */
export const asReader = (address: string) =>
  reader === null ? address : `${address}${address.includes('?') ? '&' : '?'}share=${encodeURIComponent(reader)}`;

/** Takes the key out of the address bar, so that neither the history nor a screenshot keeps it. */
export function takeKey(): string | null {
  const key = decodeURIComponent(location.hash.slice(1));
  if (key === '') return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return key;
}

export const signIn = (key: string) => ask(api.POST('/api/v1/sessions', { body: { key } }));
