import { LEASE_MS } from '../../src/platform/engine/index.ts';
import type { Backend } from './backend.ts';
import { Chance } from './core/chance.ts';
import type { Time } from './core/time.ts';
import { checkFinal, OPEN_AGAIN, openWork } from './final.ts';
import type { Goal } from './goals.ts';
import { Sometimes } from './goals.ts';
import type { Snapshot } from './snapshot.ts';
import { drawSwarm, type Swarm, smaller } from './swarm.ts';
import { Violation } from './violation.ts';
import { planBusiness } from './workload.ts';
import { reconnect, startActors } from './world/actors.ts';
import { connectTenant } from './world/connect.ts';
import type { Sabotage } from './world/options.ts';
import { World } from './world/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Over a real database the stored promises are checked this often; in memory every step is. */
const CHECKED_EVERY_MS = 6 * HOUR;
/** I14: everything is final so long after the last fault, or after the end of the ledger's horizon. */
const LIVENESS_MS = 30 * MINUTE;
const COMPANY_FRESH_MS = HOUR;
/** A ledger that nothing is sent to is called when its token has ended, after an hour; the keep-alive comes hourly. */
const NOTICED_WITHIN_MS = 2 * HOUR + 10 * MINUTE;
/** How long the ledger is asked before a document without an enforced number is sent again. */
const HORIZON_MS = 5 * HOUR;

export interface SeedOptions {
  readonly seed: number;
  readonly backend: Backend;
  readonly sabotage?: Sabotage;
  readonly keepTrace?: number;
  /** Instead of what the seed draws. */
  readonly swarm?: Swarm;
}

export interface SeedResult {
  readonly seed: number;
  readonly violation: { readonly invariant: string; readonly detail: string } | null;
  readonly simulatedHours: number;
  readonly steps: number;
  readonly sometimes: Readonly<Record<Goal, number>>;
  /** SHA-256 over every step and the state at the end. */
  readonly hash: string;
  /** The last steps, when they were kept. */
  readonly trace: readonly string[];
}

/** Runs one seed from the first connection to the last check. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, backend } = options;
  const drawn = options.swarm ?? drawSwarm(seed);
  const swarm = backend.name === 'postgres' ? smaller(drawn) : drawn;
  const sometimes = new Sometimes();
  const world = new World({ ...options, swarm, sometimes });
  let violation: SeedResult['violation'] = null;
  try {
    await live(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = { invariant: error.invariant, detail: error.message };
  }
  addState(world, await backend.snapshot());
  return {
    seed,
    violation,
    simulatedHours: (world.time.now() - swarm.start) / HOUR,
    steps: world.steps,
    sometimes: sometimes.counts(),
    trace: world.trace.lines(),
    hash: world.trace.digest(),
  };
}

/** Two phases: faults with every promise checked at every step; then all is well, and everything must become final. */
async function live(world: World): Promise<void> {
  const { time, swarm } = world;
  const end = swarm.start + swarm.duration_ms;
  world.start();
  await world.finish(open(world));
  const chance = new Chance(world.seed, 'business');
  for (const tenant of world.tenants)
    planBusiness({ time: openUntil(time, end), chance, sometimes: world.sometimes, until: end - 6 * HOUR }, tenant);
  startActors(world);
  world.misbehave();
  while (time.now() < end) {
    await world.run(Math.min(end, time.now() + CHECKED_EVERY_MS));
    await checkStore(world);
  }
  world.heal();
  for (const tenant of world.tenants)
    for (const provider of tenant.connections.keys()) reconnect(world, tenant, provider);
  await comeToRest(world);
  if (swarm.faults.revoked > 0) await revokeAndHeal(world);
  const before = await finalState(world);
  await replayEverything(world);
  await comeToRest(world);
  const after = await finalState(world);
  if (before !== after) world.violated('I17', 'to send every webhook once more changed the books');
  await world.run(time.now());
}

/** What the store can check by itself, as `counterfoil verify` does. */
async function checkStore(world: World): Promise<void> {
  for (const { invariant, detail } of await world.backend.violations()) world.violated(invariant, detail);
  await world.run(world.time.now());
}

/** Nothing new happens at the sources after the end, whatever was still to follow. */
function openUntil(time: Time, end: number): Pick<Time, 'now' | 'after'> {
  const fireInTime = (fire: () => void) => () => {
    if (time.now() < end) fire();
  };
  return { now: time.now, after: (ms, fire) => time.after(ms, fireInTime(fire)) };
}

async function open(world: World): Promise<void> {
  const process = world.anyProcess()!;
  await connectTenant(world, process, world.tenants[0]!);
  await world.openAppEndpoint(process);
  for (const tenant of world.tenants.slice(1)) await connectTenant(world, process, tenant);
}

/** I14: within half an hour, or half an hour after the last horizon, nothing is left to be done. */
async function comeToRest(world: World): Promise<void> {
  const { time } = world;
  // Late webhooks still come: what counts is how long one thing stays open.
  let openSince = new Map<string, number>();
  // Until the end of a horizon, and of a lease that a process with a wrong clock gave itself before it died.
  let excused = 0;
  for (;;) {
    await world.run(time.now() + MINUTE);
    const snapshot = await world.backend.snapshot();
    const left = openWork(snapshot);
    if (left.length === 0) break;
    const now = time.now();
    openSince = new Map(left.map((one) => [one, openSince.get(one) ?? now]));
    excused = Math.max(excused, horizonEnd(snapshot), snapshot.leasedUntil - LEASE_MS);
    const [stuck] = [...openSince].filter(([what, since]) => now - Math.max(since, excused) > patienceFor(what));
    if (stuck === undefined) continue;
    world.violated('I14', `still open after ${LIVENESS_MS / MINUTE} minutes: ${stuck[0]}`);
    await world.run(now);
  }
  // One more round of polls and comparisons over what has come to rest.
  await world.run(time.now() + 12 * MINUTE);
  checkFinal(world, await world.backend.snapshot());
  await checkStore(world);
  await world.run(time.now());
}

/** The terms of a company are read once an hour when nobody says that they changed. */
function patienceFor(what: string): number {
  return what.endsWith(OPEN_AGAIN) ? COMPANY_FRESH_MS + LIVENESS_MS : LIVENESS_MS;
}

/** When the last posting whose number is not enforced may be sent again. */
function horizonEnd({ postings }: Snapshot): number {
  const waiting = postings.filter((one) => one.state === 'uncertain' && one.firstSentAt !== null);
  return Math.max(0, ...waiting.map((one) => one.firstSentAt! + HORIZON_MS));
}

/**
 * Without other faults, an authorisation that was ended at the provider is noticed, asked about once, and healed. The
 * owner is away meanwhile: who looked in between would have healed it before this does.
 */
async function revokeAndHeal(world: World): Promise<void> {
  const { time, backend } = world;
  const [tenant] = world.tenants;
  const { id } = tenant!.connections.get('quickbooks')!;
  world.ownersAway.add(tenant!);
  tenant!.sandbox.quickbooks.disconnect();
  await world.run(time.now() + NOTICED_WITHIN_MS);
  const { connections, attention } = await backend.snapshot();
  const state = connections.find((one) => one.id === id)?.state;
  const asked = attention.filter((one) => one.subject === id).length;
  if (state !== 'needs_reconnect' || asked !== 1)
    world.violated('I9', `the authorisation of ${id} is over: it is ${state}, and its owner was asked ${asked} times`);
  world.ownersAway.delete(tenant!);
  reconnect(world, tenant!, 'quickbooks');
  await comeToRest(world);
  world.sometimes.note('a revoked authorisation is noticed and healed');
}

/** Every webhook that was ever sent, once more. */
async function replayEverything(world: World): Promise<void> {
  for (const { sandbox } of world.tenants)
    for (const source of Object.values(sandbox.sources))
      for (const { id } of source.events())
        for (const endpoint of source.endpointsFor(id))
          await world.finish(sandbox.sender.sendOnce(source, { event: id, endpoint }, 'replay'));
}

/** The books of all tenants and our account of them, as text. */
async function finalState(world: World): Promise<string> {
  const { postings } = await world.backend.snapshot();
  const books = world.tenants.flatMap(({ sandbox }) =>
    sandbox.quickbooks.entries().map((entry) => `${entry.id} ${entry.date} ${entry.accountName} ${entry.amount}`),
  );
  const ours = postings.map((one) => `${one.id} ${one.state} ${one.documentId}`).sort();
  return [...books, ...ours].join('\n');
}

function addState(world: World, { postings, records, deliveries }: Snapshot): void {
  const lines = [
    ...postings.map((one) => `${one.id} ${one.state} ${one.documentId}`),
    ...records.map((one) => `${one.connectionId} ${one.externalId} ${one.version}`),
    ...deliveries.map((one) => `${one.dedupeKey} ${one.state}`),
  ];
  for (const line of lines.sort()) world.trace.add(line);
}
