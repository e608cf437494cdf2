import { base32 } from '../../kernel/base32.ts';
import { messageOf } from '../../kernel/errors.ts';
import { Worker } from '../../platform/engine/index.ts';
import { fanOut } from '../inbox/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { pipelineTurn } from '../pipeline/index.ts';
import type { OperateStores } from './stores.ts';
import { type IdleOutcome, type IdleWait, waitUntilIdle } from './until-idle.ts';

/** Connections worked on side by side: a home server has a handful. */
const SLOTS = 8;
/** Received deliveries are opened this often. */
const INBOX_EVERY_MS = 500;
/** What runs when the wait ends gets this long to finish. */
const DRAIN_MS = 10_000;

/** Does the work of every connection in this process until nothing is due, where no server runs that would. */
export async function workUntilIdle(doors: HubDoors, hub: OperateStores, wait: IdleWait): Promise<IdleOutcome> {
  const { clock, random, log } = doors;
  const owner = `verb-${base32(random.bytes(5))}`;
  const turn = pipelineTurn(doors, hub.stores);
  const worker = new Worker({ store: hub.workStore, clock, random, log }, { owner, slots: SLOTS }, turn);
  const stop = new AbortController();
  worker.start();
  const opening = openInbox(doors, hub, worker, stop.signal);
  try {
    return await waitUntilIdle(doors, wait);
  } finally {
    stop.abort(new Error('stopping'));
    await opening;
    await worker.stop(DRAIN_MS);
  }
}

async function openInbox(
  doors: HubDoors,
  { inboxStore }: OperateStores,
  worker: Worker,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      const { empty, events } = await fanOut(doors, inboxStore);
      if (events > 0) worker.poke();
      if (!empty) continue;
    } catch (error) {
      doors.log.warn('the inbox could not be opened; what was received is kept', { error: messageOf(error) });
    }
    await doors.clock.sleep(INBOX_EVERY_MS, stop).catch(() => {});
  }
}
