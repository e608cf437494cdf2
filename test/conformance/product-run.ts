import type { PairSettings } from '../../src/hub/mapping/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import { type TestHub, type TestHubOptions, testHub } from '../support/hub.ts';

/** Noon of a working day after the month, in UTC. */
const NOW = Date.UTC(2026, 10, 5, 20);
/** Longer than a poll, a look-up's wait and a first backoff. */
const STEP_MS = 61_000;
/** More steps than this without coming to rest is a posting that nobody brings on. The token lasts an hour. */
const MAX_STEPS = 20;

/** A hub over a sandbox whose time moves only between turns. */
export interface ProductRun {
  readonly hub: TestHub;
  /** Seconds, as the sandbox's verbs take them. */
  now(): number;
  /** Works, and lets time pass, until no posting is on its way. */
  rest(): Promise<void>;
  /** Delivers the webhooks that wait, then works. */
  hear(): Promise<number>;
  query<R>(statement: ReturnType<typeof sql<R>>): Promise<R[]>;
}

export async function startRun(through: NonNullable<TestHubOptions['through']>): Promise<ProductRun> {
  const time = { now: NOW };
  const clock = clockOver(time);
  const hub = await testHub({ clock, random: seededRandom(1), through });
  const query = <R>(statement: ReturnType<typeof sql<R>>) =>
    hub.doors.database.tenant(hub.test.tenantId, (tx) => rows(tx, statement));
  const isOpen = async () => {
    const [found] = await query(sql<{ open: boolean }>`
      select exists (select from postings where state in ('sending', 'uncertain') or (state = 'planned' and not held)
        or (state = 'posted' and wanted = 'void' and not held)) as open`);
    return found?.open === true;
  };
  const rest = async () => {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      await hub.settle();
      time.now += STEP_MS;
      if (!(await isOpen())) return;
    }
    throw new Error('postings are still on their way');
  };
  return {
    hub,
    now: () => clock.now() / 1_000,
    rest,
    query,
    hear: async () => {
      const delivered = await hub.sandbox.sender.tick();
      await rest();
      return delivered;
    },
  };
}

/** A sleep is over at once and moves the time on; no deadline ever passes. */
function clockOver(time: { now: number }): Clock {
  return {
    now: () => time.now,
    sleep: async (ms) => {
      time.now += ms;
    },
    deadline: () => ({ signal: new AbortController().signal, cancel: () => {} }),
  };
}
