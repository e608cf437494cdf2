import { createApiKey, SCOPES } from '../../../hub/access/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { command, list, withDefault } from '../spec.ts';
import { oneOf, wholeNumber } from '../values.ts';
import { withAccess } from './access-call.ts';

const DAY_MS = 86_400_000;

export const apiKeysCreateCommand = command({
  name: 'api-keys create',
  summary: 'Make an API key; prints its secret, once',
  description: `Makes a key for a program. Scopes: ${SCOPES.join(', ')}.`,
  examples: [['counterfoil api-keys create reports --scope books.read --days 30', 'reads the books for a month']],
  argument: { name: 'name', help: 'What the key is for', isRequired: true, isList: false, choices: [] },
  options: {
    scope: list('--scope <scope>', 'what the key may do; may be given several times', oneOf(...SCOPES)),
    days: withDefault('--days <days>', 'how long it is good', wholeNumber(1, 366), 90),
  },
  check: ({ scope }, [name = '']) => [
    ...(scope.length === 0 ? ['--scope must be given at least once'] : []),
    ...(name.length > 100 ? ['the name must have at most 100 characters'] : []),
  ],
  run: (call, { scope, days }, [name]) =>
    withAccess(call, async ({ access, tenant, principal }) => {
      const wanted = { tenantId: tenant.id, name: name!, scopes: scope, life_ms: days * DAY_MS };
      const { key, secret } = await createApiKey(access, principal, wanted);
      const expiresAt = isoInstant(key.expiresAt);
      const data = { id: key.id, name: key.name, scopes: key.scopes, expiresAt, secret: secret.reveal() };
      return {
        exit: 'ok',
        data,
        text: `Key ${key.id}, good until ${expiresAt}. Secret, shown this once:\n${data.secret}`,
      };
    }),
});
