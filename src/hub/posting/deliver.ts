import { type Company, isClosed, readCompany } from './company.ts';
import { confirmUncertain } from './confirm.ts';
import type { DeliveryCount } from './count.ts';
import { fillIn } from './fill-in.ts';
import { lookUpNumbers } from './numbers.ts';
import type { Posting } from './posting.ts';
import { removeUnwanted } from './remove.ts';
import { sendAlone } from './send-alone.ts';
import { sendBatch, sendBatchesAgain } from './send-batch.ts';
import { connectorOf, type DeliveryTurn } from './turn.ts';

/** A turn ends after this and the connection is given back, so that look-ups and read-backs get in between. */
const TURN_MS = 20_000;

/** Everything a ledger connection has to do: look up what is uncertain first, then remove, then send what is planned. */
export async function deliver(turn: DeliveryTurn): Promise<DeliveryCount> {
  const { doors, store, lease } = turn;
  const count: DeliveryCount = { posted: 0, adopted: 0, uncertain: 0, stopped: 0, removed: 0 };
  count.uncertain += await store.recover(lease, doors.clock.now());
  const { changed } = connectorOf(turn);
  const companyChanged = await store.takeEvents(lease, changed ?? (() => []), doors.clock.now());
  const company = await readCompany(turn, companyChanged);
  const until = doors.clock.now() + TURN_MS;
  await lookUpNumbers(turn, company);
  await confirmUncertain(turn, company, count);
  await removeUnwanted(turn, company, count);
  await sendBatchesAgain(turn, company, count);
  while (doors.clock.now() < until) if (!(await sendSome(turn, company, count))) break;
  return count;
}

async function sendSome(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<boolean> {
  const { doors, store, caller, lease, signal } = turn;
  signal.throwIfAborted();
  const { batchSize } = connectorOf(turn);
  const ready = await store.toSend(caller.connection, batchSize, doors.clock.now());
  const closed = ready.filter((posting) => isClosed(posting, company));
  if (closed.length > 0) {
    await store.hold(
      lease,
      closed,
      {
        code: 'ledger.closed_period',
        detail: `The books are closed through ${company.closedThrough}. Nothing was posted.`,
      },
      doors.clock.now(),
    );
    count.stopped += closed.length;
  }
  const open = ready.filter((posting) => !isClosed(posting, company));
  if (open.length === 0) return closed.length > 0;
  const filled = await fillIn(turn, company, open);
  const together = filled.filter(({ posting }) => mayShareBatch(turn, posting));
  if (together.length > 1) await sendBatch(turn, together, count);
  const alone = together.length > 1 ? filled.filter((one) => !together.includes(one)) : filled;
  if (alone.length > 0) await sendAlone(turn, alone, count);
  return true;
}

/** What was ever looked for goes alone, so that it cannot hold up others a second time. */
function mayShareBatch(turn: DeliveryTurn, posting: Posting): boolean {
  return connectorOf(turn).batchSize > 1 && posting.looks === 0;
}
