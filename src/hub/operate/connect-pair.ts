import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId } from '../../kernel/ids.ts';
import { CLI_ACTOR } from '../audit/index.ts';
import {
  type Caller,
  type Connection,
  type ConnectRequest,
  callerOf,
  changePair,
  connectSource,
  findConnection,
  listConnections,
  type Pair,
  pairOfSource,
} from '../connections/index.ts';
import { type HubDoors, openBooks, type PairSettings, readSettings } from '../mapping/index.ts';
import { readCompany } from '../posting/index.ts';
import { reopenUnmapped } from './reopen-unmapped.pg.ts';
import type { OperateStores } from './stores.ts';
import { syncNow } from './sync-now.ts';
import { withLease } from './with-lease.ts';

export interface ConnectPairRequest {
  readonly source: ConnectRequest;
  /** Null takes the only ledger that is connected. */
  readonly ledgerId: ConnectionId | null;
  /** What is left out keeps its value, or has its default in a new pair. */
  readonly settings: Partial<PairSettings>;
  /** Currencies in which the source settles; null takes the ledger's own. */
  readonly currencies: readonly string[] | null;
  readonly signal: AbortSignal;
}

export interface ConnectedPair {
  readonly source: Connection;
  readonly ledger: Connection;
  readonly pair: Pair;
  /** Accounts, items, customers and vendors that are mapped now. */
  readonly mapped: number;
  /** Accounts that were made in the ledger for it. */
  readonly accountsCreated: number;
}

/**
 * Connects the accounts that a credential reaches, joins each to a ledger and opens its books there: every account that
 * its entries need is found or made. Doing it again replaces the credential and changes only the settings named.
 */
export async function connectPair(
  doors: HubDoors,
  hub: OperateStores,
  request: ConnectPairRequest,
): Promise<readonly ConnectedPair[]> {
  // Wrong settings are refused before anything is asked or stored.
  readSettings(request.settings);
  const { tenantId } = request.source;
  const ledger = await ledgerOf(doors, request);
  const caller = await callerOf(doors, ledger);
  const currencies = request.currencies ?? [await homeCurrency(doors, hub, caller, request.signal)];
  const made: ConnectedPair[] = [];
  for (const source of await connectSource(doors, request.source)) {
    const pair = await join(doors, { source, ledger, settings: request.settings });
    const { provider } = source;
    const opened = await openBooks({
      doors,
      caller,
      pair,
      currencies,
      signal: request.signal,
      source: { provider, displayName: doors.registry.source(provider).displayName },
    });
    await reopenUnmapped(doors, source);
    await syncNow(doors, { tenantId, connectionId: source.id });
    made.push({ source, ledger, pair, mapped: opened.mapped, accountsCreated: opened.created });
  }
  return made;
}

async function ledgerOf(
  { database }: HubDoors,
  { source: { tenantId }, ledgerId }: ConnectPairRequest,
): Promise<Connection> {
  const ledgers = await database.tenant(tenantId, async (tx) =>
    ledgerId === null
      ? (await listConnections(tx)).filter(({ role, state }) => role === 'ledger' && state !== 'disconnected')
      : [await findConnection(tx, ledgerId)].filter((one) => one?.role === 'ledger'),
  );
  const [ledger, ...others] = ledgers;
  if (ledger && others.length === 0) return ledger;
  const detail = ledger
    ? `Several ledgers are connected: name one of ${ledgers.map((one) => one?.id).join(', ')}.`
    : ledgerId === null
      ? 'No ledger is connected yet. Connect one first.'
      : `There is no ledger connection ${ledgerId}.`;
  throw new CounterfoilError('connection.not_found', { field: 'ledger', detail });
}

async function homeCurrency(
  doors: HubDoors,
  { stores, workStore }: OperateStores,
  caller: Caller,
  signal: AbortSignal,
): Promise<string> {
  const known = await stores.deliveries.company(caller.connection);
  if (known !== null) return known.homeCurrency;
  return withLease(doors, workStore, { connectionId: caller.connection.id, signal }, async (lease, aborted) => {
    const company = await readCompany({ doors, caller, lease, store: stores.deliveries, signal: aborted });
    return company.homeCurrency;
  });
}

interface Join {
  readonly source: Connection;
  readonly ledger: Connection;
  readonly settings: Partial<PairSettings>;
}

async function join({ database, makeId, clock }: HubDoors, { source, ledger, settings }: Join): Promise<Pair> {
  const { tenantId } = source;
  return database.tenant(tenantId, async (tx) => {
    const known = await pairOfSource(tx, source.id);
    if (known !== null && known.ledgerId !== ledger.id) {
      throw new CounterfoilError('connection.unusable', {
        field: 'ledger',
        detail: `${source.displayName} already posts to the ledger connection ${known.ledgerId}. Its accounts mean nothing in another ledger.`,
      });
    }
    const merged = readSettings({ ...(known === null ? {} : readSettings(known.settings)), ...settings });
    const pair = {
      id: known?.id ?? makeId('pai'),
      tenantId,
      sourceId: source.id,
      ledgerId: ledger.id,
      settings: merged,
    };
    return changePair(tx, { makeId }, { pair, actor: CLI_ACTOR }, clock.now());
  });
}
