import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '../../src/platform/store/index.ts';
import { CONCURRENCY, type World } from './world.ts';

/** What is open in the process. */
export interface Resources {
  /** Connections through each proxy. */
  readonly links: Readonly<Record<string, number>>;
  readonly timers: number;
}

const LOOKS = 8;
const LOOK_EVERY_MS = 100;
/** Longer than any kept-alive connection stays without use, ours (4 s) and the sandbox's (5 s). */
const FADE_MS = 8_000;
/** Connections of each role's pool, as the product makes them. */
const SLOTS = { app: CONCURRENCY + 8, inbox: 6, engine: 6 } as const;
/** Connections of the job engine, which has a pool of its own. */
const JOB_SLOTS = 2;
/**
 * Connections that the product uses at a time when it is well, whether they were seen before the faults or not: lists of
 * Stripe that are read side by side, a turn for each store, one for the company, what the sandbox sends at a time.
 */
const USUAL_LINKS: Readonly<Record<keyof World['proxies'], number>> = {
  stripe: 3,
  btcpay: 2,
  quickbooks: 1,
  postgres: SLOTS.app + SLOTS.inbox + SLOTS.engine + JOB_SLOTS,
  webhooks: 8,
};
/** Every slot of a pool is held this long, so that all are held at once. */
const HOLD_S = 0.15;

/**
 * Takes every connection of every pool at once. A slot that was lost in a fault would make this fail with `store.busy`;
 * and afterwards every pool is full, so that counts can be compared.
 */
export async function takeEverySlot({ installation, connected }: World): Promise<void> {
  const { database } = installation.doors;
  const hold = sql`select pg_sleep(${HOLD_S}::float8)`;
  const times = <T>(count: number, work: () => Promise<T>) => Array.from({ length: count }, work);
  await Promise.all([
    ...times(SLOTS.app, () => database.tenant(connected.tenantId, (tx) => hold.execute(tx))),
    ...times(SLOTS.inbox, () => database.inbox((tx) => hold.execute(tx))),
    ...times(SLOTS.engine, () => database.engine((tx) => hold.execute(tx))),
  ]);
}

/** Looks as long as `work` takes; answers the most that was seen at a time, of each. */
export async function mostDuring(world: World, work: () => Promise<void>): Promise<Resources> {
  let most = combined(Math.max, { links: USUAL_LINKS, timers: 0 }, resourcesNow(world));
  const looking = setInterval(() => {
    most = combined(Math.max, most, resourcesNow(world));
  }, LOOK_EVERY_MS);
  try {
    await work();
    await takeEverySlot(world);
    await sleep(LOOKS * LOOK_EVERY_MS);
  } finally {
    clearInterval(looking);
  }
  return most;
}

/** Something is always under way for a moment: the least of several looks is what stays open. */
async function leastAtRest(world: World): Promise<Resources> {
  await takeEverySlot(world);
  let least = resourcesNow(world);
  for (let look = 1; look < LOOKS; look += 1) {
    await sleep(LOOK_EVERY_MS);
    least = combined(Math.min, least, resourcesNow(world));
  }
  return least;
}

/**
 * What stays open at rest in greater number than there ever was before a fault, when everything that is only kept alive
 * has had its time to end.
 */
export async function leakedSince(world: World, before: Resources): Promise<readonly string[]> {
  const until = Date.now() + FADE_MS;
  for (;;) {
    const more = grown(before, await leastAtRest(world));
    if (more.length === 0 || Date.now() > until) return more;
  }
}

function resourcesNow({ proxies }: World): Resources {
  return {
    links: Object.fromEntries(Object.entries(proxies).map(([name, proxy]) => [name, proxy.links.length])),
    timers: process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length,
  };
}

function combined(choose: (...counts: number[]) => number, a: Resources, b: Resources): Resources {
  return {
    links: Object.fromEntries(Object.entries(a.links).map(([name, count]) => [name, choose(count, b.links[name]!)])),
    timers: choose(a.timers, b.timers),
  };
}

function grown(before: Resources, after: Resources): readonly string[] {
  const more = (name: string, most: number, is: number) => (is > most ? [`${is} ${name}, before at most ${most}`] : []);
  return [
    ...Object.entries(after.links).flatMap(([name, is]) => more(`connections to ${name}`, before.links[name]!, is)),
    ...more('timers', before.timers, after.timers),
  ];
}
