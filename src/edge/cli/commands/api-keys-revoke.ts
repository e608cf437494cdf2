import { revokeApiKey } from '../../../hub/access/index.ts';
import { CliFailure } from '../failure.ts';
import { command } from '../spec.ts';
import { withAccess } from './access-call.ts';

export const apiKeysRevokeCommand = command({
  name: 'api-keys revoke',
  summary: 'Revoke an API key',
  description: 'Refuses the key from now on, for good.',
  examples: [['counterfoil api-keys revoke key_0…', 'by the id of `api-keys list`']],
  argument: {
    name: 'key',
    help: 'Id of the key, or its beginning (cf_live_…)',
    isRequired: true,
    isList: false,
    choices: [],
  },
  options: {},
  run: (call, _options, [word]) =>
    withAccess(call, async ({ access, tenant, principal }) => {
      const keys = await access.stores.apiKeys.list(tenant.id);
      const key = keys.find(({ id, prefix, revokedAt }) => revokedAt === null && (id === word || prefix === word));
      if (!key)
        throw new CliFailure(
          'usage',
          `There is no such key that is not revoked: ${word}.`,
          'Run `counterfoil api-keys list`.',
        );
      await revokeApiKey(access, principal, { tenantId: tenant.id, id: key.id });
      return {
        exit: 'ok',
        data: { id: key.id, name: key.name, revoked: true },
        text: `${key.name} (${key.id}) is revoked.`,
      };
    }),
});
