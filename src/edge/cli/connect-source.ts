import {
  type ConnectRequest,
  judgeKey,
  listConnections,
  notesOn,
  pairingProvider,
} from '../../hub/connections/index.ts';
import type { PairSettings } from '../../hub/mapping/index.ts';
import { type ConnectedPair, connectPair } from '../../hub/operate/index.ts';
import { isoInstant } from '../../kernel/clock.ts';
import { utcDate } from '../../kernel/dates.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';
import { pair, pickStores } from './pair.ts';
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
  /** Lets the server grant a key, instead of reading one. */
  readonly pairing?: { readonly server: string; readonly browserUrl: string | undefined };
}

/** Connects a source to the books, setting the installation up when there is none. */
export async function connectSourceCommand(call: Call, wanted: SourceToConnect): Promise<Answer> {
  const config = call.config();
  const token = wanted.pairing === undefined ? await readSecret(call.doors.io, wanted.secretFile) : null;
  const since = wanted.since ?? Date.parse(`${utcDate(call.doors.clock.now())}T00:00:00Z`);
  return call.withNewHub(config, async (hub, { id: tenantId }) => {
    const connections = await hub.doors.database.tenant(tenantId, listConnections);
    const { provider, environment, baseUrl = null, accountIds, currencies, settings, pairing } = wanted;
    const about = { tenantId, provider, environment, since };
    const rest = {
      ledgerId: wanted.ledger === undefined ? null : pickConnection(connections, wanted.ledger).id,
      currencies: currencies.length === 0 ? null : currencies,
      settings,
      signal: call.signal,
    };
    const open = (source: ConnectRequest) => {
      call.output.progress(`Connecting ${provider} and opening the books`);
      return connectPair(hub.doors, hub, { ...rest, source });
    };
    if (pairing === undefined || token !== null) {
      const picked = accountIds.length === 0 ? null : accountIds;
      const source = { ...about, token: token!, baseUrl, accountIds: picked };
      const made = await open(source);
      return answerOf(made, await notesOf(hub, source, made));
    }
    const { server, browserUrl = null } = pairing;
    const key = await pair(call, hub, { ...about, server, browserUrl, reconnect: null });
    let made: readonly ConnectedPair[] = [];
    const { notes } = await key.use({
      accountIds: await pickStores(call, { key, wanted: accountIds }),
      connect: async (source) => {
        made = await open(source);
        return made.map((one) => one.source);
      },
    });
    return answerOf(made, notes);
  });
}

/** What a person should know of a key that was given by hand. A server that does not say it is no reason to fail. */
async function notesOf(
  { doors }: OpenHub,
  source: ConnectRequest,
  made: readonly ConnectedPair[],
): Promise<readonly string[]> {
  if (pairingProvider(doors.registry, source.provider) === null) return [];
  try {
    const accountIds = made.map((one) => one.source.accountId);
    return notesOn(await judgeKey(doors, source, accountIds));
  } catch (error) {
    if (isCounterfoilError(error)) return [error.message];
    throw error;
  }
}

function answerOf(made: readonly ConnectedPair[], notes: readonly string[]): Answer {
  const data = { connections: made.map(toData), notes };
  return { exit: 'ok', data, text: [...made.map(toText), ...notes, NEXT].join('\n') };
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
