import type { CreateItem, ItemAnswer } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import { ask } from '../connections/index.ts';
import { itemOf, judge, settle } from './answers.ts';
import type { Company } from './company.ts';
import type { DeliveryCount } from './count.ts';
import type { SettleAttempt } from './delivery-store.ts';
import { asProviderError, endsTurn, unreadable } from './failures.ts';
import { fillIn } from './fill-in.ts';
import { mayRepeatBatch, repeatRules } from './look-up.ts';
import { batchKeyOf } from './posting.ts';
import { connectorOf, type DeliveryTurn, type Filled } from './turn.ts';

/**
 * All in one call under one key. Its items have no keys of their own there: as long as nobody knows what became of the
 * call, they are sent again as this batch under this key, or not at all.
 */
export async function sendBatch(turn: DeliveryTurn, items: readonly Filled[], count: DeliveryCount): Promise<void> {
  const { doors, store, lease, signal } = turn;
  signal.throwIfAborted();
  const ordered = items.toSorted((a, b) => (a.posting.id < b.posting.id ? -1 : 1));
  const postings = ordered.map((one) => one.posting);
  const batch = batchKeyOf(postings);
  const begun = await store.beginSending(lease, postings, { operation: 'create', batch }, doors.clock.now());
  if (begun.length === 0) return;
  const documents = new Map(ordered.map((one) => [one.posting.id, one]));
  const creates = begun.map((sending) => itemOf(documents.get(sending.posting.id)!, sending.key));
  const { answers, thrown } =
    begun.length < postings.length ? notWhole(creates) : await callBatch(turn, creates, batch);
  const results = begun.map((sending, index): SettleAttempt => {
    const result = judge(turn, { sending, answer: answers[index]! });
    return { ...result, settlement: { ...result.settlement, batch: openBatch(result, batch, thrown) } };
  });
  await settle(turn, results, count);
  if (thrown !== null && endsTurn(thrown)) throw thrown;
}

interface BatchAnswer {
  readonly answers: readonly ItemAnswer[];
  /** The whole call failed with this. */
  readonly thrown: CounterfoilError | null;
}

async function callBatch(turn: DeliveryTurn, creates: readonly CreateItem[], batch: string): Promise<BatchAnswer> {
  const { doors, caller, signal } = turn;
  const connector = connectorOf(turn);
  try {
    const request = connector.createBatch(caller.connection.accountId, creates, batch);
    const { text } = await ask(doors, caller, request, { lane: 'live', signal });
    return { answers: readAnswers(creates, () => connector.readBatch(creates, parseJson(text))), thrown: null };
  } catch (error) {
    return failedWith(creates, asProviderError(error));
  }
}

/** An item was taken back at this moment. The call is not made: the same key would stand for another batch. */
function notWhole(creates: readonly CreateItem[]): BatchAnswer {
  return failedWith(
    creates,
    new CounterfoilError('engine.lease_lost', {
      outcome: 'not_applied',
      detail: 'Another entry of its batch was taken back before the call. Nothing was sent.',
    }),
  );
}

function failedWith(creates: readonly CreateItem[], error: CounterfoilError): BatchAnswer {
  return { answers: creates.map(() => ({ ok: false, error })), thrown: error };
}

function readAnswers(items: readonly CreateItem[], read: () => readonly ItemAnswer[]): readonly ItemAnswer[] {
  try {
    return read();
  } catch (cause) {
    const error = unreadable(cause);
    return items.map(() => ({ ok: false, error }));
  }
}

/** A call that was certainly not carried out leaves open what was open before it; an answer of its own ends it. */
function openBatch({ posting, settlement }: SettleAttempt, batch: string, thrown: Error | null): string | null {
  if (settlement.event === 'outcome_unknown') return batch;
  return thrown === null ? null : posting.batch;
}

/**
 * Batches that a look-up of this turn has just let go, once more as they were. One of which an entry was taken back in
 * this moment stays: the next turn looks for it again.
 */
export async function sendBatchesAgain(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<void> {
  const { doors, store, caller, signal } = turn;
  const rules = repeatRules(connectorOf(turn), company);
  const open = await store.toSendAgain(caller.connection, doors.clock.now());
  for (const group of Map.groupBy(open, (posting) => posting.batch).values()) {
    signal.throwIfAborted();
    const isPlanned = group.every((posting) => posting.state === 'planned');
    if (isPlanned && mayRepeatBatch(group, rules, doors.clock.now()))
      await sendBatch(turn, await fillIn(turn, company, group), count);
  }
}
