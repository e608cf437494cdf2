import type { Judge, Verdict } from './judge.ts';

/** One request to a provider and its answer; the shape of the platform's `fetch` with a whole request. */
export type Fetch = (request: Request) => Promise<Response>;

/** A message that did not conform. */
export interface Failure {
  /** `POST /v1/refunds` with the path as sent. */
  readonly request: string;
  readonly direction: 'request' | 'response';
  readonly status?: number;
  readonly verdict: Verdict;
}

/** A fetch under judgement. */
export interface JudgedFetch {
  /** Passes everything through unchanged; a connection that dies without an answer still dies. */
  readonly fetch: Fetch;
  /** What did not conform so far, oldest first. */
  failures(): readonly Failure[];
}

/**
 * Puts a judge around something that answers requests (a sandbox provider, or the transport of a connector). `root` is
 * the path prefix of the provider, taken off before judging.
 */
export function judgedFetch(judge: Judge, fetch: Fetch, root = ''): JudgedFetch {
  const failures: Failure[] = [];
  return {
    failures: () => failures,
    fetch: async (request) => {
      const { method, headers } = request;
      const url = localUrl(request.url, root);
      const body = await request.clone().text();
      const asked = judge.judgeRequest({ method, url, headers, body });
      if (asked.errors.length > 0) failures.push({ request: `${method} ${url}`, direction: 'request', verdict: asked });
      const response = await fetch(request);
      const { status } = response;
      const answer = { operation: asked.operation, status, headers: response.headers };
      const answered = judge.judgeResponse({ ...answer, body: await response.clone().text() });
      if (answered.errors.length > 0) {
        failures.push({ request: `${method} ${url}`, direction: 'response', status, verdict: answered });
      }
      return response;
    },
  };
}

/** Failures as text for an assertion's message. */
export function failureText(failures: readonly Failure[]): string {
  return failures
    .map(({ request, direction, status, verdict }) => {
      const subject = direction === 'request' ? request : `${request} → ${status}`;
      return [subject, ...verdict.errors.map((error) => `  ${error}`)].join('\n');
    })
    .join('\n');
}

function localUrl(url: string, root: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname.startsWith(`${root}/`) ? pathname.slice(root.length) : pathname}${search}`;
}
