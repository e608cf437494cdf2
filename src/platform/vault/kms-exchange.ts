import { z } from 'zod';
import type { CounterfoilError } from '../../kernel/errors.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import type { WireAnswer } from '../transport/wire.ts';
import { askKeyService, type KeyServiceDoors, keyRefused } from './key-service.ts';

/** As much of a signed request of the AWS SDK as is sent. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Errors of KMS that pass (API reference of KMS, "Common errors" and Decrypt, read November 2026). */
const PASSING = ['ThrottlingException', 'DependencyTimeoutException', 'KMSInternalException', 'RequestTimeout'];
/** Errors that say that the bytes were not wrapped by this key in this context. */
const NOT_OURS = ['InvalidCiphertextException', 'IncorrectKeyException'];

const reasons: Readonly<Record<string, string>> = {
  DisabledException: 'the key is disabled',
  KMSInvalidStateException: 'the key is disabled or waits for its deletion',
  NotFoundException: 'there is no such key',
  AccessDeniedException: 'the credential lacks the permission',
  UnrecognizedClientException: 'the credential is not known',
  InvalidSignatureException: 'the secret access key is wrong, or the clock of this machine is',
  ExpiredTokenException: 'the session token has expired',
};

/**
 * Carries the AWS SDK's signed requests over our own way out, with its time-outs and pauses. Remembers why KMS refused:
 * the keyring puts the reasons into a text.
 */
export class KmsExchange {
  readonly #keyArn: string;
  readonly #doors: KeyServiceDoors;
  /** Null when KMS only said that the bytes are not ours, or said nothing. */
  failure: CounterfoilError | null = null;

  constructor(keyArn: string, doors: KeyServiceDoors) {
    this.#keyArn = keyArn;
    this.#doors = doors;
  }

  async handle(signed: SignedRequest): Promise<{ response: object }> {
    const operation = /\.(\w+)$/.exec(signed.headers['x-amz-target'] ?? '')?.[1] ?? 'request';
    const name = `AWS KMS, ${operation} with ${this.#keyArn}`;
    try {
      const answer = await askKeyService(this.#doors, toRequest(signed, name), isPassing);
      if (answer.status !== 200) this.failure = refusal(name, answer);
      return { response: { statusCode: answer.status, headers: answer.headers, body: answer.body } };
    } catch (error) {
      if (isCounterfoilError(error)) this.failure = error;
      throw error;
    }
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }
}

function toRequest({ protocol, hostname, port, path, method, headers, body }: SignedRequest, name: string) {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : null;
  // The socket's own business; the SDK signs neither.
  const { connection: _connection, 'content-length': _length, ...rest } = headers;
  return { name, url, method, headers: rest, body: text };
}

function isPassing(answer: WireAnswer): boolean {
  return answer.status === 429 || PASSING.includes(typeOf(answer));
}

function refusal(name: string, answer: WireAnswer): CounterfoilError | null {
  const type = typeOf(answer);
  if (NOT_OURS.includes(type)) return null;
  return keyRefused(name, `${reasons[type] ?? 'unexpected answer'} (${type}, status ${answer.status})`);
}

const typed = z.object({ __type: z.string().max(200) });

/** `DisabledException` of `com.amazonaws.kms#DisabledException`. */
function typeOf({ body }: WireAnswer): string {
  try {
    const parsed = typed.safeParse(parseJson(Buffer.from(body).toString('utf8')));
    return parsed.success ? parsed.data.__type.replace(/^.*#/, '') : 'no error type';
  } catch {
    return 'no error type';
  }
}
