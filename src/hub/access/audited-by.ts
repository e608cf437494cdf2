import type { TenantId } from '../../kernel/ids.ts';
import type { Change, Diff } from '../audit/index.ts';
import { actorOf, type Principal } from './principal.ts';

/** A change of the principal's, for the audit of a tenant. */
export function auditedBy(
  principal: Principal,
  tenantId: TenantId,
  action: string,
  subject: string,
  diff: Diff,
): Change {
  return { tenantId, actor: actorOf(principal), action, subject, diff };
}
