import type { Tenant } from '../../../hub/access/index.ts';
import { type AccessDoors, type MachinePrincipal, type Member, openAccess } from '../../../hub/access/index.ts';
import type { Call } from '../call.ts';
import { CliFailure } from '../failure.ts';

/** What commands about people work with. */
export interface AccessCall {
  readonly access: AccessDoors;
  readonly tenant: Tenant;
  /** Whoever runs commands on the machine may do what an owner may. */
  readonly principal: MachinePrincipal;
}

export function withAccess<T>(call: Call, work: (one: AccessCall) => Promise<T>): Promise<T> {
  return call.withHub(({ doors }, tenant) =>
    work({ access: openAccess(doors), tenant, principal: { kind: 'cli', tenantId: tenant.id } }),
  );
}

/** A member by e-mail address or id. Throws a failure of the kind `usage` when there is none. */
export async function findMember({ access, tenant }: AccessCall, word: string): Promise<Member> {
  const members = await access.stores.members.list(tenant.id);
  const found = members.find(({ id, email }) => id === word || email === word.toLowerCase());
  if (found) return found;
  throw new CliFailure(
    'usage',
    `Nobody here is called ${word}.`,
    'Run `counterfoil users list` for addresses and ids.',
  );
}
