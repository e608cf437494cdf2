import type { ApiKeyId, InvitationId, SessionId, TenantId, UserId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Change, Page, PageRequest, SecurityEvent } from '../audit/index.ts';
import type { GuessCount, GuessJudgement } from './judge-guess.ts';
import type { OidcStore } from './oidc-store.ts';
import type { PasskeyStore } from './passkey-store.ts';
import type { Person } from './principal.ts';
import type { Permission, Role } from './roles.ts';

/** What goes into the audit with a change. */
export type Audited = Change;

/** Where a request came from, as far as it can be told. */
export interface Client {
  readonly address: string;
  /** User agent, cut. */
  readonly agent: string;
}

export interface NewSession {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly tokenHash: Uint8Array;
  readonly client: Client;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewPerson extends Person {
  readonly passwordHash: string;
  readonly createdAt: number;
}

/** Someone who may prove who they are. */
export interface KnownPerson extends Person {
  readonly passwordHash: string;
  /** Belongs to a tenant and is not disabled there. */
  readonly isMember: boolean;
  readonly hasSecondFactor: boolean;
}

export interface SessionOwner {
  readonly sessionId: SessionId;
  readonly person: Person;
  readonly seenAt: number;
  readonly expiresAt: number;
  readonly tenantId: TenantId | null;
  readonly role: Role | null;
}

export interface ListedSession {
  readonly id: SessionId;
  readonly address: string;
  readonly agent: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
}

export interface Membership {
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly role: Role;
}

export interface Member {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabledAt: number | null;
  readonly hasSecondFactor: boolean;
  readonly createdAt: number;
}

export interface Invitation {
  readonly id: InvitationId;
  readonly tenantId: TenantId;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly acceptedAt: number | null;
  readonly revokedAt: number | null;
}

export interface ApiKey {
  readonly id: ApiKeyId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Permission[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** What people and their sessions ask of the store. Each verb is one transaction. */
export interface PeopleStore {
  hasPeople(): Promise<boolean>;
  find(email: string): Promise<KnownPerson | null>;
  findById(userId: UserId): Promise<KnownPerson | null>;
  memberships(userId: UserId): Promise<readonly Membership[]>;
  addFirstStartCode(code: { hash: Uint8Array; createdAt: number; expiresAt: number }): Promise<void>;
  /** Makes the first person: `taken` when there is one, `refused` when the code is not good. */
  claim(
    codeHash: Uint8Array,
    person: NewPerson,
    session: NewSession,
    audited: Audited,
  ): Promise<'done' | 'taken' | 'refused'>;
  addResetCode(
    code: { userId: UserId; hash: Uint8Array; dropsSecondFactor: boolean; createdAt: number; expiresAt: number },
    audited: Audited,
  ): Promise<void>;
  /** Whose reset code it is; null for one that is wrong, used or over. */
  ownerOfResetCode(hash: Uint8Array, now: number): Promise<Person | null>;
  /** Uses the code and ends every session. False when it is no longer good. */
  resetPassword(codeHash: Uint8Array, passwordHash: string, audited: Audited): Promise<boolean>;
  /** Every other session ends, and a new one takes the place of the present one. */
  changePassword(passwordHash: string, session: NewSession, audited: Audited): Promise<void>;
}

export interface SessionStore {
  /** Keeps the session, and ends the one with `replaces`. */
  start(session: NewSession, replaces: Uint8Array | null, event: SecurityEvent): Promise<void>;
  /** In `wanted`, or in the tenant that the person has belonged to for longest. */
  owner(tokenHash: Uint8Array, wanted: TenantId | null, now: number): Promise<SessionOwner | null>;
  seen(id: SessionId, now: number): Promise<void>;
  end(tokenHash: Uint8Array, event: SecurityEvent, now: number): Promise<void>;
  list(userId: UserId, now: number): Promise<readonly ListedSession[]>;
  /** False when the person has no such session. */
  revoke(userId: UserId, id: SessionId, event: SecurityEvent, now: number): Promise<boolean>;
  /** Answers how many ended. */
  revokeOthers(userId: UserId, but: SessionId, event: SecurityEvent, now: number): Promise<number>;
  /** Deletes what ended before `before`, and codes and guesses as old; answers how many rows. */
  sweep(before: number): Promise<number>;
}

/** Counts guesses before they are judged, for all processes. */
export interface GuessStore {
  /** Counts one guess for each subject, unless one of them has to wait: then none is counted. */
  take(
    subjects: readonly string[],
    judge: (subject: string, known: GuessCount) => GuessJudgement,
    now: number,
  ): Promise<{ readonly wait_ms: number }>;
  /** A guess was right: its account is forgotten, its address has one guess less. */
  forgive(account: string | null, address: string | null): Promise<void>;
  note(event: SecurityEvent, now: number): Promise<void>;
}

export interface SecondFactorStore {
  /** Seals a seed that waits for its first code, in place of an earlier one that waited. False when one is in use. */
  begin(person: Person, seed: Secret, now: number): Promise<boolean>;
  /** The seed that waits (`confirmed` false) or is in use. */
  seed(person: Person, confirmed: boolean): Promise<Secret | null>;
  /** From now on the seed is asked for; recovery codes in place of earlier ones. The session is replaced. */
  confirm(step: bigint, recoveryHashes: readonly Uint8Array[], session: NewSession, audited: Audited): Promise<boolean>;
  /** False when this step or a later one was used before: a code is good once. */
  useStep(userId: UserId, step: bigint): Promise<boolean>;
  /** False when there is no such code, or it was used. */
  useRecoveryCode(userId: UserId, hash: Uint8Array, now: number): Promise<boolean>;
  remove(session: NewSession, audited: Audited): Promise<void>;
}

/** Position in a list of people or invitations. */
export interface ById {
  readonly id: string;
}

export interface MemberStore {
  list(tenantId: TenantId): Promise<readonly Member[]>;
  page(tenantId: TenantId, query: PageRequest<ById>): Promise<Page<Member, ById>>;
  /**
   * Changes role or standing and ends the person's sessions. `may` is asked under a lock, and may throw. Null when the
   * tenant has no such member.
   */
  change(
    tenantId: TenantId,
    userId: UserId,
    wanted: { readonly role?: Role | undefined; readonly disabled?: boolean | undefined },
    may: (member: Member, otherOwners: number) => Audited,
  ): Promise<Member | null>;
  invite(invitation: Invitation, tokenHash: Uint8Array, audited: Audited): Promise<'done' | 'member'>;
  invitations(tenantId: TenantId): Promise<readonly Invitation[]>;
  invitationPage(tenantId: TenantId, query: PageRequest<ById>): Promise<Page<Invitation, ById>>;
  revokeInvitation(tenantId: TenantId, id: InvitationId, audited: Audited, now: number): Promise<boolean>;
  /** The invitation that waits under this token. */
  openInvitation(tokenHash: Uint8Array, now: number): Promise<Invitation | null>;
  /** Uses the invitation, by a new person or one who is known. False when it is no longer good. */
  accept(
    tokenHash: Uint8Array,
    who: { readonly kind: 'new'; readonly person: NewPerson } | { readonly kind: 'known'; readonly userId: UserId },
    session: NewSession,
    audited: Audited,
  ): Promise<boolean>;
}

export interface ApiKeyStore {
  add(key: ApiKey, secretHash: Uint8Array, audited: Audited): Promise<void>;
  list(tenantId: TenantId): Promise<readonly ApiKey[]>;
  revoke(tenantId: TenantId, id: ApiKeyId, audited: Audited, now: number): Promise<boolean>;
  /** A key that is neither revoked nor over. */
  find(secretHash: Uint8Array, now: number): Promise<ApiKey | null>;
  seen(id: ApiKeyId, now: number): Promise<void>;
}

export interface AccessStores {
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly guesses: GuessStore;
  readonly secondFactors: SecondFactorStore;
  readonly members: MemberStore;
  readonly apiKeys: ApiKeyStore;
  readonly passkeys: PasskeyStore;
  readonly oidc: OidcStore;
}
