import { hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { base64 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { parseJson, writeJson } from '../../kernel/json.ts';
import type { Random } from '../../kernel/random.ts';
import type { Secret } from '../../kernel/secret.ts';
import { KEY_BYTES } from './aead.ts';
import { type MasterKey, toKey } from './master-key.ts';

/** RFC 9106, section 4, second choice: 64 MiB, 3 passes, 4 lanes; about 0.2 s. It is done once for each start. */
const MEMORY_KIB = 64 * 1_024;
const PASSES = 3;
const LANES = 4;
/** RFC 9106, section 3.1: 16 bytes are enough for any use. */
const SALT_BYTES = 16;
/** `Algorithm.Argon2id` of the library, a constant that exists at compile time only. */
const ARGON2ID = 2;
/** What a stored value may ask for at the most, so that a changed one cannot take the machine down. */
const MAX_MEMORY_KIB = 1_024 * 1_024;
const MAX_PASSES = 64;

const parameters = z.strictObject({
  algorithm: z.literal('argon2id'),
  salt: z.base64().length(24),
  memory_KiB: z.int().min(MEMORY_KIB).max(MAX_MEMORY_KIB),
  passes: z.int().min(PASSES).max(MAX_PASSES),
  lanes: z.int().min(1).max(16),
});

export type PassphraseParameters = z.output<typeof parameters>;

export function newParameters(random: Pick<Random, 'bytes'>): PassphraseParameters {
  const salt = base64(random.bytes(SALT_BYTES));
  return { algorithm: 'argon2id', salt, memory_KiB: MEMORY_KIB, passes: PASSES, lanes: LANES };
}

export function writeParameters(value: PassphraseParameters): string {
  return writeJson(value);
}

/** Throws `vault.key_wrong` when they are not such as this program writes: weaker ones would be a way to guess. */
export function readParameters(text: string | null): PassphraseParameters {
  const read = parameters.safeParse(text === null ? null : parseJson(text));
  if (read.success) return read.data;
  throw new CounterfoilError('vault.key_wrong', {
    detail:
      'What the table vault_keys says about deriving the key from the passphrase was changed. Restore the database from a backup. Nothing was changed.',
  });
}

/** The key that follows from a passphrase. `origin` is where the passphrase came from, for messages. */
export async function deriveKey(
  passphrase: Secret,
  { salt, memory_KiB, passes, lanes }: PassphraseParameters,
  origin: string,
): Promise<MasterKey> {
  // The same letters can be typed as different code points on different machines.
  const text = passphrase.reveal().normalize('NFKC');
  const bytes = await hashRaw(text, {
    algorithm: ARGON2ID,
    salt: Buffer.from(salt, 'base64'),
    memoryCost: memory_KiB,
    timeCost: passes,
    parallelism: lanes,
    outputLen: KEY_BYTES,
  });
  return { key: toKey(bytes), origin };
}
