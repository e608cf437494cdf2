import { Secret as Seed, TOTP } from 'otpauth';
import type { Random } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';

const ISSUER = 'Counterfoil';
const STEP_S = 30;
/** 160 bits, as RFC 4226 recommends. */
const SEED_BYTES = 20;
/** Steps before and after the present one that are taken too: clocks of telephones differ (RFC 6238, 5.2). */
const WINDOW = 1;

/** A seed in base32, as authenticator apps take it. */
export function newSeed(random: Pick<Random, 'bytes'>): Secret {
  return new Secret(new Seed({ buffer: new Uint8Array(random.bytes(SEED_BYTES)).buffer }).base32);
}

/** What an authenticator app reads from a QR code. */
export function seedUri(seed: Secret, email: string): string {
  return totpOf(seed, email).toString();
}

/** The time step of the code, or null when it is wrong. Whether the step was used before is for the store to say. */
export function stepOfCode(seed: Secret, code: string, now: number): bigint | null {
  const delta = totpOf(seed, '').validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : BigInt(Math.floor(now / 1_000 / STEP_S) + delta);
}

/** The code of a moment: for tests and for whoever plays an authenticator app. */
export function codeAt(seed: Secret, now: number): string {
  return totpOf(seed, '').generate({ timestamp: now });
}

function totpOf(seed: Secret, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, period: STEP_S, digits: 6, secret: Seed.fromBase32(seed.reveal()) });
}
