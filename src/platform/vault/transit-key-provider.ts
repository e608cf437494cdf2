import { z } from 'zod';
import { base64 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { parseJson, writeJson } from '../../kernel/json.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { WireAnswer } from '../transport/wire.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import { askKeyService, type KeyServiceDoors, keyRefused } from './key-service.ts';
import { tampered } from './local-key-provider.ts';

/** A key of the transit engine of HashiCorp Vault or OpenBao. */
export interface TransitKey {
  /** Without a slash at the end. */
  readonly url: string;
  /** Path at which the engine is mounted, without slashes around. */
  readonly mount: string;
  readonly key: string;
  readonly namespace: string | null;
  readonly token: Secret;
}

/** What the engine writes: its name, the version of the key, base64. */
const CIPHERTEXT = /^vault:v\d{1,9}:[A-Za-z0-9+/]+=*$/;

const encrypted = z.object({ data: z.object({ ciphertext: z.string().regex(CIPHERTEXT) }) });
const decrypted = z.object({ data: z.object({ plaintext: z.base64() }) });
const failed = z.object({ errors: z.array(z.string()) });

/** Wraps by the transit engine (API of Vault 1.21, November 2026), bound to the context as associated data. */
export function transitKeyProvider(key: TransitKey, doors: KeyServiceDoors): KeyProvider {
  const keyId = `vault-transit:${key.url}/${key.mount}/${key.key}`;
  const ask = async (operation: 'encrypt' | 'decrypt', body: Record<string, string>) => {
    const name = `HashiCorp Vault, ${operation} with ${key.mount}/${key.key}`;
    const url = new URL(`${key.url}/v1/${key.mount}/${operation}/${encodeURIComponent(key.key)}`);
    const request = { name, url, method: 'POST', headers: headersOf(key), body: writeJson(body) };
    const answer = await askKeyService(doors, request, ({ status }) => status === 429 || status === 412);
    return { answer, name };
  };
  return {
    kind: 'vault-transit',
    keyId,
    wrap: async (plain, context) => {
      const { answer, name } = await ask('encrypt', { plaintext: base64(plain), associated_data: boundTo(context) });
      if (answer.status !== 200) throw refusal(name, answer);
      return Buffer.from(read(encrypted, answer, name).data.ciphertext, 'latin1');
    },
    unwrap: async (wrapped, context) => {
      const ciphertext = Buffer.from(wrapped).toString('latin1');
      if (!CIPHERTEXT.test(ciphertext)) throw tampered(keyId);
      const { answer, name } = await ask('decrypt', { ciphertext, associated_data: boundTo(context) });
      if (answer.status === 400) throw judgeUnopened(keyId, name, answer);
      if (answer.status !== 200) throw refusal(name, answer);
      return new Uint8Array(Buffer.from(read(decrypted, answer, name).data.plaintext, 'base64'));
    },
  };
}

function headersOf({ token, namespace }: TransitKey): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-vault-request': 'true',
    'x-vault-token': token.reveal(),
    ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
  };
}

/** The same pairs in whatever order give the same text. */
function boundTo(context: WrapContext): string {
  const pairs = Object.keys(context)
    .sort()
    .map((name) => [name, context[name]!]);
  return base64(Buffer.from(writeJson(pairs), 'utf8'));
}

/** The engine has no codes: a version that its policy took away is told apart by its text, all else does not open. */
function judgeUnopened(keyId: string, name: string, answer: WireAnswer): CounterfoilError {
  const said = errorsOf(answer).join('; ');
  if (/disallowed by policy/i.test(said)) return keyRefused(name, 'the version of the key is no longer allowed there');
  return tampered(keyId);
}

function refusal(name: string, answer: WireAnswer): CounterfoilError {
  const reasons: Readonly<Record<number, string>> = {
    400: 'the request or the key is not as expected there',
    403: 'the token is not valid or lacks the permission',
    404: 'there is no such mount or key',
  };
  return keyRefused(name, `${reasons[answer.status] ?? 'unexpected answer'} (status ${answer.status})`);
}

function errorsOf({ body }: WireAnswer): readonly string[] {
  try {
    const parsed = failed.safeParse(parseJson(Buffer.from(body).toString('utf8')));
    return parsed.success ? parsed.data.errors : [];
  } catch {
    return [];
  }
}

function read<T>(schema: z.ZodType<T>, { body }: WireAnswer, name: string): T {
  try {
    return schema.parse(parseJson(Buffer.from(body).toString('utf8')));
  } catch {
    // The cause stays out: it would quote the answer, which may hold a key.
    throw new CounterfoilError('vault.key_unavailable', {
      detail: `${name}: the answer is not that of a Vault; is the address right? Nothing was changed.`,
    });
  }
}
