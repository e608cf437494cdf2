import type { PasskeyId, UserId } from '../../kernel/ids.ts';
import type { Change } from '../audit/index.ts';
import type { Person } from './principal.ts';

/** What an authenticator is to sign, and who may answer. */
export interface PasskeyChallenge {
  readonly challengeHash: Uint8Array;
  readonly purpose: 'register' | 'sign_in';
  readonly bindingHash: Uint8Array;
  /** Of the page on which the person is. */
  readonly origin: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface Passkey {
  readonly id: PasskeyId;
  readonly userId: UserId;
  readonly credentialId: Uint8Array;
  /** In COSE. */
  readonly publicKey: Uint8Array;
  /** The host of the pages on which it works. */
  readonly rpId: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** A person, and whether they belong to a tenant in which they are not disabled. */
export type KeyHolder = Person & { readonly isMember: boolean };

/** Passkeys and what they are asked to sign. Each verb is one transaction. */
export interface PasskeyStore {
  addChallenge(challenge: PasskeyChallenge): Promise<void>;
  /** Takes the challenge away, whoever asks; answers it when it is still good. */
  takeChallenge(challengeHash: Uint8Array, now: number): Promise<PasskeyChallenge | null>;
  /** False when the authenticator is known already. */
  add(passkey: Passkey, audited: Change): Promise<boolean>;
  list(userId: UserId): Promise<readonly Passkey[]>;
  /** With the person whose it is. */
  find(credentialId: Uint8Array): Promise<{
    readonly passkey: Passkey;
    readonly person: KeyHolder;
  } | null>;
  /** Notes a use. False when the counter has not moved on: there is a copy of the authenticator. */
  use(id: PasskeyId, counter: number, now: number): Promise<boolean>;
  /** False when the person has no such passkey. */
  remove(userId: UserId, id: PasskeyId, audited: Change): Promise<boolean>;
}
