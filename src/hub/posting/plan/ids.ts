import { derivedHash, type PostingId } from '../../../kernel/ids.ts';
import type { SourceRef } from '../../../model/source-ref.ts';
import type { Leg } from './types.ts';

/** The ledger that an id speaks of: the company itself, never our connection to it. */
export interface IdScope {
  readonly tenantId: string;
  readonly ledgerProvider: string;
  readonly companyId: string;
}

function legHash(scope: IdScope, source: SourceRef, leg: Leg, generation: number): string {
  return derivedHash([
    scope.tenantId,
    scope.ledgerProvider,
    scope.companyId,
    source.provider,
    source.accountId,
    source.objectId,
    leg,
    String(generation),
  ]);
}

/**
 * The posting's id: 36 characters, the same after any crash, replay, reconnect or re-import, and the provider's
 * idempotency key. Mapping, mode and detail level are not in it, or a change of them would post history again.
 */
export function postingId(scope: IdScope, source: SourceRef, leg: Leg, generation = 1): PostingId {
  return `pst_${legHash(scope, source, leg, generation)}`;
}

/** Names a leg on its own, so that it is covered once even when a summary stands for many. */
export function legId(scope: IdScope, source: SourceRef, leg: Leg, generation = 1): string {
  return `leg_${legHash(scope, source, leg, generation)}`;
}

const NUMBER_PREFIX: Readonly<Record<string, string>> = { stripe: 'ST', btcpay: 'BP', square: 'SQ' };

/** Document number: prefix and 18 characters of the posting's hash, 21 in all, which is QuickBooks' limit. */
export function documentNumber(provider: string, id: PostingId): string {
  const prefix = Object.hasOwn(NUMBER_PREFIX, provider) ? NUMBER_PREFIX[provider] : 'MN';
  return `${prefix}-${id.slice(4, 22)}`;
}
