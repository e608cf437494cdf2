import { isoInstant } from '../../../kernel/clock.ts';
import { command } from '../spec.ts';
import { table } from '../table.ts';
import { withAccess } from './access-call.ts';

export const usersListCommand = command({
  name: 'users list',
  summary: 'List who may sign in, with their roles',
  description: 'Lists the people of the tenant and the invitations that wait.',
  examples: [['counterfoil users list', 'people, roles, second factors']],
  options: {},
  run: (call) =>
    withAccess(call, async ({ access: { stores, clock }, tenant }) => {
      const members = await stores.members.list(tenant.id);
      const all = await stores.members.invitations(tenant.id);
      const open = all.filter(
        (one) => one.acceptedAt === null && one.revokedAt === null && one.expiresAt > clock.now(),
      );
      const users = members.map(({ id, email, name, role, disabledAt, hasSecondFactor }) => ({
        id,
        email,
        name,
        role,
        secondFactor: hasSecondFactor,
        disabled: disabledAt !== null,
      }));
      const invitations = open.map(({ id, email, role, expiresAt }) => ({
        id,
        email,
        role,
        expiresAt: isoInstant(expiresAt),
      }));
      const rows = [
        ...users.map((one) => ({ ...one, state: one.disabled ? 'disabled' : one.secondFactor ? 'second factor' : '' })),
        ...invitations.map((one) => ({ ...one, name: '', state: `invited until ${one.expiresAt}` })),
      ];
      const text = table(rows, [
        { title: 'id', cell: (row) => row.id },
        { title: 'email', cell: (row) => row.email },
        { title: 'name', cell: (row) => row.name },
        { title: 'role', cell: (row) => row.role },
        { title: 'state', cell: (row) => row.state },
      ]);
      const nobody = 'Nobody yet: `counterfoil start` prints a code for the first owner.';
      return { exit: 'ok', data: { users, invitations }, text: text || nobody };
    }),
});
