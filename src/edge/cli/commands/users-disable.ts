import { changeMember } from '../../../hub/access/index.ts';
import { command, flag } from '../spec.ts';
import { findMember, withAccess } from './access-call.ts';

export const usersDisableCommand = command({
  name: 'users disable',
  summary: 'Keep a person out, or let them in again',
  description:
    'Ends the sessions of a person and refuses new ones, at once. --undo lets them in again. The last owner stays.',
  examples: [
    ['counterfoil users disable jane@example.com', 'out'],
    ['counterfoil users disable jane@example.com --undo', 'in again, with the role of before'],
  ],
  argument: { name: 'user', help: 'E-mail address or id', isRequired: true, isList: false, choices: [] },
  options: { undo: flag('--undo', 'let them in again') },
  run: (call, { undo }, [word]) =>
    withAccess(call, async (one) => {
      const member = await findMember(one, word!);
      const wanted = { tenantId: one.tenant.id, userId: member.id, wanted: { disabled: !undo } };
      await changeMember(one.access, one.principal, wanted);
      const data = { id: member.id, email: member.email, disabled: !undo };
      const text = undo ? `${member.email} may sign in again.` : `${member.email} is out; their sessions ended.`;
      return { exit: 'ok', data, text };
    }),
});
