import type { ItemAnswer } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import { ask } from '../connections/index.ts';
import { type Answered, itemOf, judge, settle } from './answers.ts';
import type { DeliveryCount } from './count.ts';
import type { Sending } from './delivery-store.ts';
import { asProviderError, endsTurn, unreadable, unsent } from './failures.ts';
import { connectorOf, type DeliveryTurn, type Filled } from './turn.ts';

/** One call each under its own key, one after the other; stored as begun before the first, and settled after the last. */
export async function sendAlone(turn: DeliveryTurn, items: readonly Filled[], count: DeliveryCount): Promise<void> {
  const { doors, store, lease, signal } = turn;
  signal.throwIfAborted();
  const postings = items.map((one) => one.posting);
  const begun = await store.beginSending(lease, postings, { operation: 'create', batch: null }, doors.clock.now());
  const documents = new Map(items.map((one) => [one.posting.id, one]));
  const answers: Answered[] = [];
  let end: CounterfoilError | null = null;
  for (const sending of begun) {
    // Somebody else may have the connection by now: then what was begun is looked up there.
    const isOurs = end !== null || (!signal.aborted && (await store.isHeld(lease)));
    if (!isOurs) end = new CounterfoilError('engine.lease_lost', { outcome: 'not_applied' });
    // What concerns the whole connection concerns the rest, too: it is not sent at all.
    const answer: ItemAnswer = end
      ? { ok: false, error: unsent(end) }
      : await createOne(turn, documents.get(sending.posting.id)!, sending);
    if (end === null && !answer.ok && endsTurn(answer.error)) end = answer.error;
    answers.push({ sending, answer });
  }
  await settle(
    turn,
    answers.map((one) => judge(turn, one)),
    count,
  );
  if (end !== null) throw end;
}

async function createOne(turn: DeliveryTurn, filled: Filled, sending: Sending): Promise<ItemAnswer> {
  const { doors, caller, signal } = turn;
  const item = itemOf(filled, sending.key);
  const connector = connectorOf(turn);
  try {
    const request = connector.create(caller.connection.accountId, item);
    const { text } = await ask(doors, caller, request, { lane: 'live', signal });
    return readAnswer(() => connector.readCreated(item, parseJson(text)));
  } catch (error) {
    return { ok: false, error: asProviderError(error) };
  }
}

function readAnswer(read: () => ItemAnswer): ItemAnswer {
  try {
    return read();
  } catch (cause) {
    return { ok: false, error: unreadable(cause) };
  }
}
