import { hash, verify } from '@node-rs/argon2';
import type { Random } from '../../kernel/random.ts';

/** OWASP Password Storage Cheat Sheet (2026-11): Argon2id, 19 MiB, 2 passes, 1 lane; 30 to 70 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
const SALT_BYTES = 16;

/** Of a password that nobody has: checking against it takes as long as against a real one. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Argon2id as PHC text, with its salt and cost. */
export function hashPassword(password: string, random: Pick<Random, 'bytes'>): Promise<string> {
  return hash(normalised(password), { ...COST, salt: random.bytes(SALT_BYTES) });
}

/** Null stands for an account that is not there: false after the same time. */
export async function passwordMatches(phc: string | null, password: string): Promise<boolean> {
  const matches = await verify(phc ?? NOBODY, normalised(password));
  return phc !== null && matches;
}

/** The same characters typed on another keyboard (NIST SP 800-63B-4, 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}
