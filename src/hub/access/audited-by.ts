import type { TenantId } from '../../kernel/ids.ts';
import type { Change, Diff } from '../audit/index.ts';
import { actorOf, type Principal } from './principal.ts';
import type { Role } from './roles.ts';

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

interface Joined {
  readonly tenantId: TenantId;
  readonly id: string;
  readonly email: string;
  readonly role: Role;
}

/** That a person took up an invitation, in whatever way they proved to be the one. */
export function memberJoined({ tenantId, id, email, role }: Joined): Change {
  return {
    tenantId,
    actor: { kind: 'user', id },
    action: 'member.joined',
    subject: id,
    diff: { email: [null, email], role: [null, role] },
  };
}
