import type { TenantId, UserId } from '../../kernel/ids.ts';
import type { Change } from '../audit/index.ts';
import type { Person } from './principal.ts';
import type { Role } from './roles.ts';

/** A person as their provider names them. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export type IdentityOwner = Person & { readonly isMember: boolean };

export interface WaitingInvitation {
  readonly tenantId: TenantId;
  readonly role: Role;
  readonly tokenHash: Uint8Array;
}

/** Sign-ins at the provider of the installation, and whom it means. Each verb is one transaction. */
export interface OidcStore {
  addFlow(flow: {
    readonly stateHash: Uint8Array;
    readonly bindingHash: Uint8Array;
    readonly createdAt: number;
    readonly expiresAt: number;
  }): Promise<void>;
  /** Takes the flow away, whoever asks; answers what it is bound to when it is still good. */
  takeFlow(stateHash: Uint8Array, now: number): Promise<Uint8Array | null>;
  owner(identity: Identity): Promise<IdentityOwner | null>;
  /** False when the identity, or the person at this provider, is linked already. */
  link(identity: Identity, userId: UserId, audited: Change): Promise<boolean>;
  /** The oldest invitation of this address that waits. */
  invitationFor(email: string, now: number): Promise<WaitingInvitation | null>;
}
