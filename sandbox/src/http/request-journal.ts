import type { SandboxProvider } from '../core/provider.ts';

/** A request that took effect, with the moment it did. */
export interface RecordedRequest {
  readonly at: number;
  readonly method: string;
  /** Path and query below the provider's root. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers that change what a request does. */
const KEPT_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'square-version',
  'stripe-account',
  'stripe-version',
];

export interface JournalClock {
  now(): number;
  /** Runs the work while `now` stands still at that moment. */
  at<T>(ms: number, work: () => Promise<T>): Promise<T>;
}

export interface JournaledProvider {
  readonly provider: SandboxProvider;
  /** Named once; told of each request that took effect before its answer is given. */
  onMutation(listener: (record: RecordedRequest) => void): void;
  apply(record: unknown): Promise<void>;
}

/** A person sent on from a consent page has a code by then, and a declined card leaves a failed payment. */
function tookEffect(status: number): boolean {
  return status < 400 || status === 402;
}

function describe(request: Request, at: number, body: string): RecordedRequest {
  const url = new URL(request.url);
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { at, method: request.method, target: url.pathname + url.search, headers: Object.fromEntries(headers), body };
}

/**
 * For providers whose state follows from their requests and the clock alone: every write that changed something is recorded, and
 * repeating the records in order gives the same state. Requests run one after the other, so that the order is certain.
 */
export function journalRequests(inner: SandboxProvider, clock: JournalClock): JournaledProvider {
  let listener: ((record: RecordedRequest) => void) | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function run(request: Request): Promise<Response> {
    if (request.method === 'GET' || request.method === 'HEAD') return inner.fetch(request);
    const at = clock.now();
    const body = await request.clone().text();
    const response = await clock.at(at, () => inner.fetch(request));
    if (tookEffect(response.status)) listener?.(describe(request, at, body));
    return response;
  }

  return {
    provider: {
      name: inner.name,
      snapshot: () => inner.snapshot(),
      restore: (state) => inner.restore(state),
      fetch(request) {
        const answer = last.then(() => run(request));
        last = answer.catch(() => undefined);
        return answer;
      },
    },
    onMutation(next) {
      listener = next;
    },
    apply(record) {
      const { at, method, target, headers, body } = record as RecordedRequest;
      const request = new Request(`http://journal.invalid${target}`, {
        method,
        headers,
        ...(body === '' ? {} : { body }),
      });
      return clock.at(at, async () => {
        await inner.fetch(request);
      });
    },
  };
}
