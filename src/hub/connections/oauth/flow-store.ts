import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { SecurityEvent } from '../../audit/index.ts';
import type { Choice, Flow, FlowId, NewFlow } from './flow.ts';

/** What signing in asks of the store. Each verb is one transaction. */
export interface FlowStore {
  /** Sweeps what is long over; false when the tenant has too many open sign-ins. */
  add(flow: NewFlow, now: number): Promise<boolean>;
  /** Whose sign-in a callback is about; null when nobody's. */
  tenantOf(stateHash: Uint8Array): Promise<TenantId | null>;
  byState(tenantId: TenantId, stateHash: Uint8Array): Promise<Flow | null>;
  find(tenantId: TenantId, id: FlowId): Promise<Flow | null>;
  /** Takes the one use of the sign-in: its PKCE verifier, or null when it was taken or is over. */
  take(flow: Flow, now: number): Promise<{ readonly verifier: Secret | null } | null>;
  /** How the sign-in that was taken came out. */
  finish(flow: Flow, outcome: NonNullable<Flow['outcome']>, result: ConnectionId | null): Promise<void>;
  /** Ends a sign-in that is still open, and records why; recorded also when it was over. */
  refuse(flow: Flow, outcome: NonNullable<Flow['outcome']>, event: SecurityEvent, now: number): Promise<void>;
  /** Records a callback that belongs to no sign-in. */
  refuseUnknown(event: SecurityEvent, now: number): Promise<void>;
  /** Hands the provider's answer (a query string) over to the terminal that waits; false when the sign-in is over. */
  handOver(flow: Flow, answer: Secret, now: number): Promise<boolean>;
  /** The answer that was handed over, or null while there is none. */
  handedOver(flow: Flow): Promise<Secret | null>;
  /** Whoever began a pairing is there, and has to choose; false when the sign-in is over. */
  confirm(flow: Flow, choices: readonly Choice[], now: number): Promise<boolean>;
  /** Erases sign-ins that were over before this instant; answers how many. */
  sweep(tenantId: TenantId, before: number): Promise<number>;
}
