import type { Clock } from '../../kernel/clock.ts';
import type { Wire } from '../../platform/transport/index.ts';
import type { OidcFetch } from './oidc-provider.ts';

/** A person waits before the browser. */
const TIMEOUT_MS = 10_000;
/** Keys and metadata of large providers have about 10 kB. */
const MAX_ANSWER_BYTES = 256 * 1_024;

/** Over our own sockets: no redirects, no proxies, answers of a bounded size within a bounded time. */
export function oidcFetch(wire: Wire, clock: Pick<Clock, 'deadline'>): OidcFetch {
  return async (url, { method, headers, body }) => {
    const deadline = clock.deadline(TIMEOUT_MS);
    try {
      const request = { url: new URL(url), policy: 'public_or_private', method, headers, body } as const;
      const answer = await wire.exchange({ ...request, maxAnswerBytes: MAX_ANSWER_BYTES }, deadline.signal);
      return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
    } finally {
      deadline.cancel();
    }
  };
}
