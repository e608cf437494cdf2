import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { Passkey } from './passkey-store.ts';

/** `toJSON` of a new credential, as far as it is looked at. */
export interface NewCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
}

/** `toJSON` of a signature, as far as it is looked at. */
export interface SignedCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | undefined;
  };
}

/** COSE: EdDSA, ES256 and RS256, as authenticators have them (WebAuthn Level 3, 5.8.5). */
export const PASSKEY_ALGORITHMS = [-8, -7, -257];

interface Expected {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
}

/** The new credential, or null when anything about the answer is not as expected. No attestation is believed or asked for. */
export async function verifyRegistration(
  { id, rawId, type, response }: NewCredential,
  { challenge, origin, rpId }: Expected,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'> | null> {
  const { clientDataJSON, attestationObject } = response;
  try {
    const verified = await verifyRegistrationResponse({
      response: { id, rawId, type, clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    });
    if (!verified.verified) return null;
    const { fmt, credential } = verified.registrationInfo;
    if (fmt !== 'none') return null;
    const { publicKey, counter } = credential;
    return { credentialId: Buffer.from(credential.id, 'base64url'), publicKey, counter };
  } catch {
    return null;
  }
}

/** The authenticator's counter, or null when anything about the answer is not as expected. The counter is not judged. */
export async function verifyAssertion(
  { id, rawId, type, response }: SignedCredential,
  { challenge, origin, rpId }: Expected,
  passkey: Passkey,
): Promise<number | null> {
  const { clientDataJSON, authenticatorData, signature } = response;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: { id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
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
