import type { TenantId } from '../../kernel/ids.ts';

/**
 * Who changed something. `local` is whoever holds the local token, `cli` whoever runs commands on the machine, `system`
 * the product itself.
 */
export interface Actor {
  readonly kind: 'user' | 'api_key' | 'local' | 'cli' | 'system';
  /** Of a user or an API key; otherwise a word such as `local`. */
  readonly id: string;
}

/** Whoever runs commands: they are on the machine, and have no name. */
export const CLI_ACTOR: Actor = { kind: 'cli', id: 'cli' };

/** The product itself: what nobody ordered. */
export const SYSTEM_ACTOR: Actor = { kind: 'system', id: 'system' };

/** Field → value before and after; null where there was or is none. */
export type Diff = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** Something that a person, a program or the product changed. */
export interface Change {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** What was done, such as `member.role`. */
  readonly action: string;
  /** Id of what was changed. */
  readonly subject: string;
  readonly diff: Diff;
}

/** A change as it stands in the audit. */
export interface AuditEntry extends Omit<Change, 'diff'> {
  /** From 1, without gaps. */
  readonly seq: bigint;
  readonly id: string;
  /** Ms UTC. */
  readonly at: number;
  /** JSON text, exactly as it was hashed. */
  readonly diff: string;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** The last entry of a tenant, kept apart from the entries: without it a cut-off end would not be noticed. */
export interface AuditHead {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}
