import { type Resolve, resolveAdmitted } from './lookup.ts';
import { BodyCollector, type Wire, type WireAnswer, WireFailure, type WireRequest } from './wire.ts';

/** A provider as a function, such as an offline one in a simulation. */
export type FetchDoor = (request: Request) => Promise<Response>;

/** Codes of failures that happen before a connection is there; anything else may have been sent. */
const NOT_CONNECTED = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Hands requests to a function in place of sockets. Names are resolved and checked only when a resolver is given:
 * the function connects to nothing by itself.
 */
export function fetchWire(fetch: FetchDoor, resolve?: Resolve): Wire {
  return {
    exchange: (request, signal) => raced(signal, (progress) => exchange({ fetch, resolve }, request, signal, progress)),
    close: async () => {},
  };
}

interface Doors {
  readonly fetch: FetchDoor;
  readonly resolve: Resolve | undefined;
}

interface Progress {
  mayHaveBeenSent: boolean;
}

async function exchange(
  { fetch, resolve }: Doors,
  request: WireRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<WireAnswer> {
  if (resolve) await checkAddress(resolve, request);
  signal.throwIfAborted();
  progress.mayHaveBeenSent = true;
  try {
    const { url, method, headers, body } = request;
    const response = await fetch(new Request(url, { method, headers, body, signal, redirect: 'manual' }));
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await bodyOf(response, request.maxAnswerBytes),
    };
  } catch (error) {
    throw new WireFailure(!NOT_CONNECTED.has(failureCode(error)), error);
  }
}

async function checkAddress(resolve: Resolve, { url, policy }: WireRequest): Promise<void> {
  try {
    await resolveAdmitted(resolve, policy, url.hostname);
  } catch (error) {
    throw new WireFailure(false, error);
  }
}

async function bodyOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  const collector = new BodyCollector(maxBytes);
  if (response.body) for await (const chunk of response.body) collector.add(chunk);
  return collector.body();
}

/** The function may never answer: the signal ends the wait whatever it does. */
function raced(signal: AbortSignal, work: (progress: Progress) => Promise<WireAnswer>): Promise<WireAnswer> {
  if (signal.aborted) return Promise.reject(new WireFailure(false, signal.reason));
  const progress = { mayHaveBeenSent: false };
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new WireFailure(progress.mayHaveBeenSent, signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    work(progress)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** As thrown by a fetch, the code is on the error or on its cause. */
function failureCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return failureCode(error.cause);
}
