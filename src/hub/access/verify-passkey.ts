import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Passkey } from './passkey-store.ts';

export type { AuthenticationResponseJSON, RegistrationResponseJSON };

/** COSE: EdDSA, ES256 and RS256, as authenticators have them (WebAuthn Level 3, 5.8.5). */
export const PASSKEY_ALGORITHMS = [-8, -7, -257];

interface Expected {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
}

/** The new credential, or null when anything about the answer is not as expected. No attestation is believed or asked for. */
export async function verifyRegistration(
  response: RegistrationResponseJSON,
  { challenge, origin, rpId }: Expected,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'> | null> {
  try {
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    if (!verified.verified) return null;
    const { fmt, credential } = verified.registrationInfo;
    if (fmt !== 'none') return null;
    const { id, publicKey, counter } = credential;
    return { credentialId: Buffer.from(id, 'base64url'), publicKey, counter };
  } catch {
    return null;
  }
}

/** The authenticator's counter, or null when anything about the answer is not as expected. The counter is not judged. */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  { challenge, origin, rpId }: Expected,
  passkey: Passkey,
): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** The challenge that an answer says it signed; null when it says nothing that can be read. */
export function challengeIn(response: { readonly response: { readonly clientDataJSON: string } }): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(response.response.clientDataJSON, 'base64url').toString('utf8'));
    const challenge = typeof data === 'object' && data !== null && 'challenge' in data ? data.challenge : null;
    return typeof challenge === 'string' ? challenge : null;
  } catch {
    return null;
  }
}
