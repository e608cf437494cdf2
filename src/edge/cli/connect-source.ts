import { listConnections } from '../../hub/connections/index.ts';
import type { PairSettings } from '../../hub/mapping/index.ts';
import { type ConnectedPair, connectPair } from '../../hub/operate/index.ts';
import { isoInstant } from '../../kernel/clock.ts';
import { utcDate } from '../../kernel/dates.ts';
import type { Call } from './call.ts';
import { pickConnection } from './pick-connection.ts';
import { readSecret } from './read-secret.ts';
import type { Answer } from './spec.ts';

export interface SourceToConnect {
  readonly provider: string;
  readonly environment: 'production' | 'sandbox';
  readonly secretFile: string | undefined;
  /** Address of a self-hosted server. */
  readonly baseUrl: string | undefined;
  /** Empty for all that the credential reaches. */
  readonly accountIds: readonly string[];
  readonly since: number | undefined;
  readonly ledger: string | undefined;
  readonly currencies: readonly string[];
  readonly settings: Partial<PairSettings>;
}

/** Connects a source to the books, setting the installation up when there is none. */
export async function connectSourceCommand(call: Call, wanted: SourceToConnect): Promise<Answer> {
  const config = call.config();
  const token = await readSecret(call.doors.io, wanted.secretFile);
  const since = wanted.since ?? Date.parse(`${utcDate(call.doors.clock.now())}T00:00:00Z`);
  return call.withNewHub(config, async (hub, { id: tenantId }) => {
    const connections = await hub.doors.database.tenant(tenantId, listConnections);
    const { provider, environment, baseUrl = null, accountIds, currencies, settings } = wanted;
    call.output.progress(`Connecting ${provider} and opening the books`);
    const made = await connectPair(hub.doors, hub, {
      source: {
        tenantId,
        provider,
        environment,
        token,
        baseUrl,
        since,
        accountIds: accountIds.length === 0 ? null : accountIds,
      },
      ledgerId: wanted.ledger === undefined ? null : pickConnection(connections, wanted.ledger).id,
      currencies: currencies.length === 0 ? null : currencies,
      settings,
      signal: call.signal,
    });
    return { exit: 'ok', data: { connections: made.map(toData) }, text: [...made.map(toText), NEXT].join('\n') };
  });
}

const NEXT =
  'Nothing has been posted yet. `counterfoil sync --wait` reads and posts; a running server has begun already.';

function toData({ source, ledger, pair, mapped, accountsCreated }: ConnectedPair): object {
  const { id, provider, accountId, displayName, environment, since } = source;
  return {
    id,
    provider,
    accountId,
    displayName,
    environment,
    since: isoInstant(since),
    ledgerId: ledger.id,
    pairId: pair.id,
    settings: pair.settings,
    mapped,
    accountsCreated,
  };
}

function toText({ source, ledger, mapped, accountsCreated }: ConnectedPair): string {
  return `Connected ${source.displayName} (${source.provider} ${source.accountId}) as ${source.id}, booked in ${ledger.displayName} from ${isoInstant(source.since)} on; ${mapped} roles mapped, ${accountsCreated} accounts made.`;
}
