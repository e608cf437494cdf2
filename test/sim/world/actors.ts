import { type Connection, keepAlive } from '../../../src/hub/connections/index.ts';
import { isCounterfoilError } from '../../../src/kernel/errors.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { Chance } from '../core/chance.ts';
import { authorise } from './authorise.ts';
import type { Process } from './installation.ts';
import { exchangeDataKey, exchangeKey } from './rotation.ts';
import type { Provider, Tenant } from './tenant.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Owners look at what they are asked for this often. */
const OWNER_LOOKS_MS = 3 * HOUR;

/** People, providers and machines that do something by themselves while there are faults. */
export function startActors(world: World): void {
  const actors = new Chance(world.seed, 'actors');
  for (const tenant of world.tenants) {
    keepAuthorisationsAlive(world, tenant);
    lookAfter(world, tenant);
    revokeAuthorisations(world, actors, tenant);
    endTokens(world, actors, tenant);
    humans(world, actors, tenant);
    owners(world, actors, tenant);
    outages(world, actors, tenant);
  }
  storeOutages(world, actors);
  freezes(world, actors);
  forgers(world, actors);
  keyOutages(world, actors);
  rotations(world, new Chance(world.seed, 'rotations'));
}

/** Calls `act` at random moments, so often a day on average, until the faults end. */
function perDay(world: World, chance: Chance, rate: number, act: () => void): void {
  const { duration_ms, start } = world.swarm;
  const count = Math.round(rate * chance.fraction() * 2 * (duration_ms / DAY));
  for (let index = 0; index < count; index += 1)
    world.time.after(start + chance.between(HOUR, duration_ms) - world.time.now(), act);
}

/** Runs on any process that is alive, and again after a while when that one dies meanwhile. */
function through(world: World, act: (process: Process) => Promise<unknown>): void {
  const process = world.anyProcess();
  const again = () => world.time.after(MINUTE, () => through(world, act));
  if (process === null) {
    again();
    return;
  }
  Promise.race([act(process), process.death]).catch(again);
}

/** The work by the clock that renews tokens which nobody uses; several processes may believe that it is theirs. */
function keepAuthorisationsAlive(world: World, tenant: Tenant): void {
  world.time.after(HOUR, () => {
    keepAuthorisationsAlive(world, tenant);
    for (const process of world.aliveProcesses()) keepOneAlive(world, tenant, process);
  });
}

function keepOneAlive(world: World, tenant: Tenant, process: Process): void {
  const kept = keepAlive(process.oauth, tenant.id, process.id);
  Promise.race([kept, process.death]).catch((error) => {
    if (!process.isAlive() || isCounterfoilError(error)) return;
    world.violated('a turn ends with an error that nobody knows', String(error?.stack ?? error));
  });
}

/** An owner looks now and then, and authorises the provider again when the connection asks for it. */
function lookAfter(world: World, tenant: Tenant): void {
  world.time.after(OWNER_LOOKS_MS, () => {
    lookAfter(world, tenant);
    const { id, tenantId } = tenant.connections.get('quickbooks')!;
    through(world, async ({ doors }) => {
      const connection = await doors.connections.find(tenantId, id);
      if (connection?.state === 'needs_reconnect') byOwner(world, tenant, 'quickbooks');
    });
  });
}

/** F10: the owner ends the authorisation at the provider, and gives it again after a while; or does so without need. */
function revokeAuthorisations(world: World, chance: Chance, tenant: Tenant): void {
  const { revoked, authorisedAgain } = world.swarm.faults;
  perDay(world, chance, revoked, () => {
    tenant.sandbox.quickbooks.disconnect();
    world.sometimes.note('an authorisation is revoked at the provider');
    world.time.after(chance.between(5 * MINUTE, 3 * HOUR), () => byOwner(world, tenant, 'quickbooks'));
  });
  perDay(world, chance, authorisedAgain, () => byOwner(world, tenant, 'quickbooks'));
}

/** F18: whoever holds the key-encryption key. */
function keyOutages(world: World, chance: Chance): void {
  const { keysAway, keysRefused } = world.swarm.faults;
  perDay(world, chance, keysAway, () => world.keys.goesAway(chance.between(MINUTE, 10 * MINUTE)));
  perDay(world, chance, keysRefused, () => world.keys.refuses(chance.between(MINUTE, 10 * MINUTE)));
}

/** What an owner does who is there. */
function byOwner(world: World, tenant: Tenant, provider: Provider): void {
  if (!world.ownersAway.has(tenant)) reconnect(world, tenant, provider);
}

/** F18: keys are exchanged while everything runs. */
function rotations(world: World, chance: Chance): void {
  const { rotation } = world;
  if (rotation === undefined) return;
  const { keyExchanged, dataKeyExchanged } = world.swarm.faults;
  perDay(world, chance, keyExchanged, () => through(world, (process) => exchangeKey(world, process, rotation)));
  perDay(world, chance, dataKeyExchanged, () => {
    const { id } = chance.pick(world.tenants);
    through(world, (process) => exchangeDataKey(world, process, rotation, id));
  });
}

/** Stores the newest credential of a connection, as its owner does. */
export function reconnect(world: World, tenant: Tenant, provider: Provider): void {
  const connection = tenant.connections.get(provider);
  if (connection === undefined) return;
  through(world, async (process) => {
    const { tenantId, id } = connection;
    const before = await process.doors.connections.find(tenantId, id);
    await renew(world, process, tenant, connection);
    if (before?.state === 'needs_reconnect') world.sometimes.note('a connection is repaired');
  });
}

async function renew(world: World, process: Process, tenant: Tenant, connection: Connection): Promise<void> {
  const { connections, grants } = process.stores;
  const now = world.time.now();
  if (connection.provider !== 'quickbooks') {
    await connections.keep(connection, apiKey(tenant, connection.provider as 'stripe' | 'btcpay'), now);
    return;
  }
  await authorise(grants, tenant, connection, now);
  world.sometimes.note('a provider is authorised again');
}

function apiKey({ sandbox }: Tenant, provider: 'stripe' | 'btcpay'): Secret {
  return new Secret(sandbox[provider].settings.apiKey);
}

/** F10: every access token ends at once. */
function endTokens(world: World, chance: Chance, tenant: Tenant): void {
  perDay(world, chance, world.swarm.faults.tokensEnded, () => {
    tenant.sandbox.quickbooks.expireAccessToken();
    world.sometimes.note('tokens are ended early');
  });
}

/** F15: people work in the same books. */
function humans(world: World, chance: Chance, tenant: Tenant): void {
  const { quickbooks } = tenant.sandbox;
  const { humanEdits, booksClosed } = world.swarm.faults;
  perDay(world, chance, humanEdits, () => changeDocument(world, chance, tenant));
  perDay(world, chance, booksClosed, () => {
    quickbooks.setClosingDate(new Date(world.time.now()).toISOString().slice(0, 10));
    world.time.after(chance.between(HOUR, 10 * HOUR), () => quickbooks.setClosingDate(null));
  });
}

/** Entities whose amount a person may change on the screen without touching what is tied to them. */
const EDITABLE = new Set(['Purchase', 'Deposit', 'Transfer']);

function changeDocument(world: World, chance: Chance, tenant: Tenant): void {
  const watch = world.watches[tenant.number - 1]!;
  const free = [...watch.live].flatMap(([posting, keys]) => [...keys].map((key) => ({ posting, key })));
  const choices = free.filter(
    ({ posting, key }) => !tenant.humanChanges.has(posting) && EDITABLE.has(key.split(' ')[0]!),
  );
  if (choices.length === 0) return;
  const { posting, key } = chance.pick(choices);
  const [entity, id] = key.split(' ') as ['Purchase' | 'Deposit' | 'Transfer', string];
  const { quickbooks } = tenant.sandbox;
  if (chance.happens(0.5)) {
    quickbooks.humanDelete(entity, id);
    tenant.humanChanges.set(posting, 'deleted');
    world.sometimes.note('a person deletes a document');
  } else {
    quickbooks.humanEdit(entity, id, { TxnDate: new Date(world.time.now() - 3 * DAY).toISOString().slice(0, 10) });
    tenant.humanChanges.set(posting, 'moved');
    world.sometimes.note('a person changes a document');
  }
  watch.look();
}

/** F17: what the owner of a connection does meanwhile. */
function owners(world: World, chance: Chance, tenant: Tenant): void {
  const { sandbox } = tenant;
  perDay(world, chance, world.swarm.faults.tenantActions, () => {
    const [provider] = chance.shuffled(tenant.plan.sources);
    const action = chance.pick(['reconnect', 'resend', 'settings'] as const);
    if (action === 'reconnect') byOwner(world, tenant, provider!);
    else if (action === 'settings') changeSettings(world, tenant);
    else resendSome(chance, sandbox);
  });
}

/** Some events are sent once more by a person at the provider. */
function resendSome(chance: Chance, { sender, sources }: Tenant['sandbox']): void {
  for (const source of [sources.stripe, sources.btcpay])
    for (const { id } of chance.shuffled(source.events()).slice(0, 3))
      for (const endpoint of source.endpointsFor(id)) void sender.sendOnce(source, { event: id, endpoint }, 'replay');
}

/** The detail of fees is left alone, because the reference counts on it. */
function changeSettings(world: World, tenant: Tenant): void {
  const [pair] = tenant.pairs;
  if (pair === undefined) return;
  const settings = { ...(pair.settings as object), dust_minor: world.time.now() % 7 };
  through(world, async ({ doors }) => {
    await doors.connections.savePair({ ...pair, settings }, world.time.now());
    world.sometimes.note('settings change between two events');
  });
}

function outages(world: World, chance: Chance, tenant: Tenant): void {
  perDay(world, chance, world.swarm.faults.outages, () => {
    const provider = chance.pick(['stripe', 'btcpay', 'quickbooks'] as const);
    tenant.awayUntil.set(provider, world.time.now() + chance.between(MINUTE, 2 * HOUR));
  });
}

function storeOutages(world: World, chance: Chance): void {
  perDay(world, chance, world.swarm.faults.storeOutages, () => world.storeGoesAway(chance.between(1_000, 10 * MINUTE)));
}

/** F1: somebody else takes over meanwhile, and then the first goes on as if nothing had been. */
function freezes(world: World, chance: Chance): void {
  perDay(world, chance, world.swarm.faults.frozen, () => {
    world.anyProcess()?.freeze(chance.between(20_000, 10 * MINUTE));
    world.sometimes.note('a process stands still');
  });
}

/** Somebody who knows an address but not its secret. */
function forgers(world: World, chance: Chance): void {
  perDay(world, chance, 1, () => {
    const process = world.anyProcess();
    if (process === null) return;
    const body = new TextEncoder().encode(JSON.stringify({ id: 'evt_forged', type: 'charge.succeeded' }));
    const token = world.arrivals.stripeAddress;
    if (token === null) return;
    const headers = { 'stripe-signature': `t=${Math.floor(world.time.now() / 1_000)},v1=${'0'.repeat(64)}` };
    const sent = process.inbox.receive({ provider: 'stripe', token, headers, body });
    Promise.race([sent, process.death]).then(
      ({ status }) => {
        if (status === 200) world.violated('forged webhooks are refused', 'a delivery without its signature was taken');
        else world.sometimes.note('a forged delivery is refused');
      },
      () => {},
    );
  });
}
