import { Agent, type Dispatcher } from 'undici';
import type { AddressPolicy } from './address.ts';
import { guardedLookup, type Resolve } from './lookup.ts';
import { BodyCollector, type Wire, type WireAnswer, WireFailure, type WireRequest } from './wire.ts';

/** Sockets per host and policy; more calls than that wait their turn within their own deadline. */
const CONNECTIONS_PER_HOST = 64;
/** A connect attempt is given up after this long even when its call is long gone, so that sockets do not pile up. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Idle sockets are closed early: a provider that closes one just as we write leaves an unknown outcome. */
const IDLE_SOCKET_MS = 4_000;
const IDLE_SOCKET_MAX_MS = 30_000;
/** Header bytes of an answer; providers stay far below. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Real sockets: every connection goes to an address that the request's policy admits. Redirects are not followed. */
export function socketWire(resolve: Resolve): Wire {
  const agents: Readonly<Record<AddressPolicy, Agent>> = {
    public: agentFor('public', resolve),
    public_or_private: agentFor('public_or_private', resolve),
    private: agentFor('private', resolve),
  };
  return {
    exchange: (request, signal) =>
      new Promise((answered, failed) => {
        new SocketExchange(request, signal, answered, failed).start(agents[request.policy]);
      }),
    async close() {
      await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
    },
  };
}

function agentFor(policy: AddressPolicy, resolve: Resolve): Agent {
  return new Agent({
    connect: { lookup: guardedLookup(resolve, policy) },
    connectTimeout: CONNECT_TIMEOUT_MS,
    connections: CONNECTIONS_PER_HOST,
    // HTTP/2 streams that a server declines are sent again by the client itself, which only the calling verb may do.
    allowH2: false,
    pipelining: 1,
    // The caller's deadline covers both; the client's own are per chunk and run on real time.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_SOCKET_MS,
    keepAliveMaxTimeout: IDLE_SOCKET_MAX_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}

/** One request on a socket, from the queue to the last byte of the answer. */
class SocketExchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #signal: AbortSignal;
  readonly #answered: (answer: WireAnswer) => void;
  readonly #failed: (failure: WireFailure) => void;
  readonly #collector: BodyCollector;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #over = false;

  constructor(
    request: WireRequest,
    signal: AbortSignal,
    answered: (answer: WireAnswer) => void,
    failed: (failure: WireFailure) => void,
  ) {
    this.#request = request;
    this.#signal = signal;
    this.#answered = answered;
    this.#failed = failed;
    this.#collector = new BodyCollector(request.maxAnswerBytes);
  }

  start(agent: Agent): void {
    if (this.#signal.aborted) {
      this.#fail(this.#signal.reason);
      return;
    }
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    const { url, method, headers, body } = this.#request;
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, this);
  }

  /** A socket is there; the request is written as soon as this returns. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) controller.abort(new Error('given up before it was sent'));
    else if (this.#controller) this.#stop(controller, new Error('the connection broke and is not tried again'));
    else this.#controller = controller;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 1xx answers announce the real one.
    if (status < 200) return;
    this.#status = status;
    this.#headers = flattened(headers);
    this.#collect(controller, () => this.#collector.expect(this.#headers['content-length']));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#collect(controller, () => this.#collector.add(chunk));
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#answered({ status: this.#status, headers: this.#headers, body: this.#collector.body() });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#fail(error);
  }

  #onAbort = (): void => {
    const reason: unknown = this.#signal.reason;
    if (this.#controller) this.#stop(this.#controller, reason);
    else this.#fail(reason);
  };

  #collect(controller: Dispatcher.DispatchController, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#stop(controller, error);
    }
  }

  #stop(controller: Dispatcher.DispatchController, reason: unknown): void {
    this.#fail(reason);
    controller.abort(reason instanceof Error ? reason : new Error('stopped'));
  }

  #fail(cause: unknown): void {
    if (this.#over) return;
    this.#finish();
    this.#failed(new WireFailure(this.#controller !== null, cause));
  }

  #finish(): void {
    this.#over = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

function flattened(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
