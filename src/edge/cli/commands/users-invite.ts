import { invite, ROLES } from '../../../hub/access/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { command, withDefault } from '../spec.ts';
import { oneOf } from '../values.ts';
import { withAccess } from './access-call.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const usersInviteCommand = command({
  name: 'users invite',
  summary: 'Invite a person; prints a token, once',
  description:
    'Makes an invitation that is good for seven days, once. Hand the token to the person; it is not stored and not shown again. A newer invitation of the same address takes the place of the old one.',
  examples: [['counterfoil users invite jane@example.com --as bookkeeper', 'a bookkeeper']],
  argument: { name: 'email', help: 'E-mail address of the person', isRequired: true, isList: false, choices: [] },
  options: { as: withDefault('--as <role>', 'what they may do', oneOf(...ROLES), 'auditor', { choices: ROLES }) },
  check: (_values, [email]) =>
    email === undefined || EMAIL.test(email)
      ? []
      : [`the argument must be an e-mail address, not ${JSON.stringify(email)}`],
  run: (call, { as: role }, [email]) =>
    withAccess(call, async ({ access, tenant, principal }) => {
      const { invitation, token } = await invite(access, principal, { tenantId: tenant.id, email: email!, role });
      const expiresAt = isoInstant(invitation.expiresAt);
      const data = { id: invitation.id, email: invitation.email, role, token: token.reveal(), expiresAt };
      const text = `${data.email} is invited as ${role} until ${expiresAt}. Token, shown this once:\n${data.token}`;
      return { exit: 'ok', data, text };
    }),
});
