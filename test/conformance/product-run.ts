import { isoInstant } from '../../src/kernel/clock.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import { type TestHub, type TestHubOptions, testHub } from '../support/hub.ts';
import { stillClock } from './still-clock.ts';

/** An evening after the month whose books are kept, in UTC; a working day at every provider. */
const START = Date.UTC(2026, 10, 5, 20);
/** Longer than the poll, the wait before a look-up and the first backoff. */
const STEP_MS = 61_000;
/** More steps without coming to rest are a posting that nobody brings on. An access token lasts as long as 59 of them. */
const MAX_STEPS = 20;

/** A hub over a sandbox whose time moves only between turns. */
export interface ProductRun {
  readonly hub: TestHub;
  /** Unix seconds, as the sandbox's verbs take them. */
  now(): number;
  /** Works, and lets time pass, until no posting is on its way. */
  rest(): Promise<void>;
  /** Delivers the webhooks that wait, then works. */
  hear(): Promise<void>;
  query<R>(statement: ReturnType<typeof sql<R>>): Promise<R[]>;
}

export async function startRun(through: NonNullable<TestHubOptions['through']>): Promise<ProductRun> {
  const time = { now: START };
  const hub = await testHub({ clock: stillClock(time), random: seededRandom(1), through });
  const query: ProductRun['query'] = (statement) =>
    hub.doors.database.tenant(hub.test.tenantId, (tx) => rows(tx, statement));
  const rest = async () => {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      await hub.settle();
      time.now += STEP_MS;
      if ((await onTheirWay(query)).length === 0) return;
    }
    throw new Error(`at ${isoInstant(time.now)} still on their way: ${(await onTheirWay(query)).join(', ')}`);
  };
  return {
    hub,
    now: () => Math.floor(time.now / 1_000),
    rest,
    hear: async () => {
      await hub.sandbox.sender.tick();
      await rest();
    },
    query,
  };
}

async function onTheirWay(query: ProductRun['query']): Promise<readonly string[]> {
  const found = await query(
    sql<{ id: string }>`
    select id from postings where not held and (state in ('planned', 'sending', 'uncertain') or (state = 'posted' and wanted = 'void'))`,
  );
  return found.map(({ id }) => id);
}
