import { type Connection, listConnections, listPairs, type Pair } from '../../../hub/connections/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import { command } from '../spec.ts';
import { table } from '../table.ts';

export const connectionsListCommand = command({
  name: 'connections list',
  summary: 'List what is connected, and its state',
  description: 'Lists every connection with its state, and which ledger each source is booked in. Asks no provider.',
  examples: [
    ['counterfoil connections list', 'all of them'],
    ["counterfoil connections list --json | jq '.connections[].id'", 'their ids'],
  ],
  options: {},
  run: (call) =>
    call.withHub(async ({ doors: { database } }, tenant) => {
      const found = await database.tenant(tenant.id, async (tx) => ({
        connections: await listConnections(tx),
        pairs: await listPairs(tx),
      }));
      const rows = found.connections.map((connection) => toRow(connection, found.pairs));
      const text = table(rows, [
        { title: 'id', cell: (row) => row.id },
        { title: 'provider', cell: (row) => row.provider },
        { title: 'name', cell: (row) => row.displayName },
        { title: 'account', cell: (row) => row.accountId },
        { title: 'state', cell: (row) => row.state },
        { title: 'booked in', cell: (row) => row.ledgerId ?? '' },
      ]);
      return {
        exit: 'ok',
        data: { connections: rows },
        text: text || 'Nothing is connected yet: see `counterfoil connect --help`.',
      };
    }),
});

function toRow(connection: Connection, pairs: readonly Pair[]) {
  const { id, provider, role, accountId, displayName, environment, state, stateReason, since } = connection;
  const pair = pairs.find(({ sourceId }) => sourceId === id);
  const { ledgerId = null, settings = null } = pair ?? {};
  return {
    id,
    provider,
    role,
    accountId,
    displayName,
    environment,
    state,
    stateReason,
    since: isoInstant(since),
    ledgerId,
    settings,
  };
}
