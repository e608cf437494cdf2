import { resetCode } from '../../../hub/access/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { command, flag } from '../spec.ts';
import { findMember, withAccess } from './access-call.ts';

export const usersResetCommand = command({
  name: 'users reset',
  summary: 'Give a person a code for a new password; prints it, once',
  description:
    'Makes a code that is good for an hour, once. With it the person chooses a new password, and every session ends. Nothing changes before the code is used. Only here: a password opens every tenant of the person.',
  examples: [
    ['counterfoil users reset jane@example.com', 'a forgotten password'],
    ['counterfoil users reset jane@example.com --second-factor', 'a lost telephone'],
  ],
  argument: { name: 'user', help: 'E-mail address or id', isRequired: true, isList: false, choices: [] },
  options: { secondFactor: flag('--second-factor', 'the code takes the second factor away too') },
  run: (call, { secondFactor }, [word]) =>
    withAccess(call, async (one) => {
      const member = await findMember(one, word!);
      const { code, expiresAt } = await resetCode(one.access, one.principal, {
        member,
        dropsSecondFactor: secondFactor,
      });
      const data = { id: member.id, email: member.email, code: code.reveal(), expiresAt: isoInstant(expiresAt) };
      const text = `Code for ${member.email}, good until ${data.expiresAt}, shown this once:\n${data.code}`;
      return { exit: 'ok', data, text };
    }),
});
