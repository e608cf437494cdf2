import { type Connection, listConnections, listPairs, type Pair } from '../../../hub/connections/index.ts';
import { reconcileNow } from '../../../hub/operate/index.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { OpenHub } from '../doors.ts';
import { CliFailure } from '../failure.ts';
import { pickConnection } from '../pick-connection.ts';
import { type ComparedPair, comparedAgrees, pairData, pairText } from '../reconcile-report.ts';
import { command, flag, option } from '../spec.ts';
import { day } from '../values.ts';

export const reconcileCommand = command({
  name: 'reconcile',
  summary: 'Compare the books with the sources, to the cent',
  description:
    'Reads the ledger back and compares it with the source and with what was posted, for every payout and every day. Documents of others on the same accounts show as a difference. Ends with 8 when something differs.',
  examples: [
    ['counterfoil reconcile', 'everything that was ever posted'],
    ['counterfoil reconcile --from 2026-10-01 --to 2026-10-31', 'one month'],
    ['counterfoil reconcile stripe --all', 'one source, the rows that agree too'],
  ],
  argument: {
    name: 'connection',
    help: 'A source, by id, provider, account or name; all when left out',
    isRequired: false,
    isList: false,
    choices: [],
  },
  options: {
    from: option('--from <day>', 'First day', day),
    to: option('--to <day>', 'Last day', day),
    all: flag('--all', 'Show the rows that agree as well'),
  },
  check: ({ from, to }) =>
    from !== undefined && to !== undefined && from > to ? ['--to must not be before --from'] : [],
  run: (call, { from, to, all }, [word]) =>
    call.withHub(async (hub, { id: tenantId }) => {
      const compared: ComparedPair[] = [];
      for (const { pair, source, ledger } of await pairsOf(hub, tenantId, word)) {
        call.output.progress(`Comparing ${source.displayName} with ${ledger.displayName}`);
        const answer = await reconcileNow(hub.doors, hub, { pair, signal: call.signal, from, to });
        compared.push({ source, ledger, answer });
      }
      const agrees = compared.every(comparedAgrees);
      return {
        exit: agrees ? 'ok' : 'difference',
        data: { agrees, pairs: compared.map((one) => pairData(one, all)) },
        text: compared.map((one) => pairText(one, all)).join('\n\n'),
      };
    }),
});

interface NamedPair {
  readonly pair: Pair;
  readonly source: Connection;
  readonly ledger: Connection;
}

async function pairsOf(
  { doors }: OpenHub,
  tenantId: TenantId,
  word: string | undefined,
): Promise<readonly NamedPair[]> {
  const { connections, pairs } = await doors.database.tenant(tenantId, async (tx) => ({
    connections: await listConnections(tx),
    pairs: await listPairs(tx),
  }));
  const byId = new Map(connections.map((one) => [one.id, one]));
  const meant = word === undefined ? null : pickConnection(connections, word).id;
  const found = pairs.filter(({ sourceId, ledgerId }) => meant === null || meant === sourceId || meant === ledgerId);
  if (found.length === 0) {
    throw new CliFailure(
      'notSetUp',
      'No source is booked in a ledger yet, so there is nothing to compare.',
      'Connect your books and a source: `counterfoil connect --help`.',
    );
  }
  return found.map((pair) => ({ pair, source: byId.get(pair.sourceId)!, ledger: byId.get(pair.ledgerId)! }));
}
