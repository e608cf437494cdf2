import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId, UserId } from '../../kernel/ids.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy } from './audited-by.ts';
import { type Principal, principalMay } from './principal.ts';
import type { Role } from './roles.ts';
import type { Member } from './store.ts';

export interface MemberChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Changes a member's role, or disables or enables them. Their sessions end. Owners are made, changed and removed by
 * owners only, and one stays.
 *
 * @throws CounterfoilError `request.not_found`, `access.forbidden`, `access.last_owner`.
 */
export async function changeMember(
  { stores }: AccessDoors,
  principal: Principal,
  request: { readonly tenantId: TenantId; readonly userId: UserId; readonly wanted: MemberChange },
): Promise<Member> {
  const { tenantId, userId, wanted } = request;
  const after = await stores.members.change(tenantId, userId, wanted, (member, otherOwners) => {
    assertMay(principal, member, wanted);
    const stays = (wanted.role ?? member.role) === 'owner' && !(wanted.disabled ?? member.disabledAt !== null);
    if (member.role === 'owner' && !stays && otherOwners === 0) throw new CounterfoilError('access.last_owner');
    return auditedBy(principal, tenantId, 'member.changed', userId, diffOf(member, wanted));
  });
  if (after === null) throw new CounterfoilError('request.not_found');
  return after;
}

function assertMay(principal: Principal, member: Member, { role }: MemberChange): void {
  const isAboutOwners = member.role === 'owner' || role === 'owner';
  if (isAboutOwners && !principalMay(principal, 'ownership.manage'))
    throw new CounterfoilError('access.forbidden', { detail: 'Only an owner makes, changes or removes an owner.' });
}

function diffOf(member: Member, { role, disabled }: MemberChange) {
  return {
    ...(role === undefined ? {} : { role: [member.role, role] as const }),
    ...(disabled === undefined ? {} : { disabled: [member.disabledAt !== null, disabled] as const }),
  };
}
