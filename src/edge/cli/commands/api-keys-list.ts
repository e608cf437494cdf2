import { isoInstant } from '../../../kernel/clock.ts';
import { command } from '../spec.ts';
import { table } from '../table.ts';
import { withAccess } from './access-call.ts';

export const apiKeysListCommand = command({
  name: 'api-keys list',
  summary: 'List API keys, their scopes and last use',
  description: 'Lists the keys of programs without their secrets, newest first, also those that are over.',
  examples: [['counterfoil api-keys list', 'all of them']],
  options: {},
  run: (call) =>
    withAccess(call, async ({ access: { stores, clock }, tenant }) => {
      const found = await stores.apiKeys.list(tenant.id);
      const keys = found.map(({ id, name, prefix, scopes, expiresAt, lastUsedAt, revokedAt }) => ({
        id,
        name,
        prefix,
        scopes,
        state: revokedAt !== null ? 'revoked' : expiresAt <= clock.now() ? 'expired' : 'good',
        expiresAt: isoInstant(expiresAt),
        lastUsedAt: lastUsedAt === null ? null : isoInstant(lastUsedAt),
      }));
      const text = table(keys, [
        { title: 'id', cell: (row) => row.id },
        { title: 'name', cell: (row) => row.name },
        { title: 'begins with', cell: (row) => row.prefix },
        { title: 'scopes', cell: (row) => row.scopes.join(' ') },
        { title: 'state', cell: (row) => row.state },
        { title: 'until', cell: (row) => row.expiresAt },
        { title: 'last used', cell: (row) => row.lastUsedAt ?? 'never' },
      ]);
      return { exit: 'ok', data: { keys }, text: text || 'There is no API key.' };
    }),
});
