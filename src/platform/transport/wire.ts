import type { AddressPolicy } from './address.ts';

/** One request, ready to be sent. */
export interface WireRequest {
  readonly url: URL;
  readonly policy: AddressPolicy;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly maxAnswerBytes: number;
}

/** An answer as it came, content encoding included. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** How bytes reach a provider: sockets in production, a function in a simulation. */
export interface Wire {
  /** Sends once. Rejects with {@link WireFailure}; when the signal aborts, its reason is the failure's cause. */
  exchange(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>;
  /** Frees idle connections. */
  close(): Promise<void>;
}

/** An exchange that ended without an answer. */
export class WireFailure extends Error {
  override readonly name = 'WireFailure';
  /** Whether any byte of the request may have left: only without that is it sure that nothing was done. */
  readonly mayHaveBeenSent: boolean;
  constructor(mayHaveBeenSent: boolean, cause: unknown) {
    super('no answer', { cause });
    this.mayHaveBeenSent = mayHaveBeenSent;
  }
}

/** The answer is larger than the caller wants to hold. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** Gathers an answer's body up to a limit. */
export class BodyCollector {
  readonly #max: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** Throws {@link AnswerTooLarge} when the announced length is over the limit, before anything is read. */
  expect(contentLength: string | undefined): void {
    if (contentLength !== undefined && Number(contentLength) > this.#max) throw new AnswerTooLarge();
  }

  /** Throws {@link AnswerTooLarge}. */
  add(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#max) throw new AnswerTooLarge();
    this.#chunks.push(chunk);
  }

  body(): Uint8Array {
    return Buffer.concat(this.#chunks, this.#bytes);
  }
}
