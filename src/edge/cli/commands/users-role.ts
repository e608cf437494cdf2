import { changeMember, ROLES } from '../../../hub/access/index.ts';
import { command, required } from '../spec.ts';
import { oneOf } from '../values.ts';
import { findMember, withAccess } from './access-call.ts';

export const usersRoleCommand = command({
  name: 'users role',
  summary: 'Change what a person may do',
  description: 'Gives a person another role, at once; their sessions end. The last owner stays one.',
  examples: [['counterfoil users role jane@example.com --as admin', 'an admin']],
  argument: { name: 'user', help: 'E-mail address or id', isRequired: true, isList: false, choices: [] },
  options: { as: required('--as <role>', 'what they may do', oneOf(...ROLES), { choices: ROLES }) },
  run: (call, { as: role }, [word]) =>
    withAccess(call, async (one) => {
      const member = await findMember(one, word!);
      const wanted = { tenantId: one.tenant.id, userId: member.id, wanted: { role } };
      await changeMember(one.access, one.principal, wanted);
      const data = { id: member.id, email: member.email, before: member.role, role };
      return { exit: 'ok', data, text: `${member.email} is ${role} now, was ${member.role}. Their sessions ended.` };
    }),
});
