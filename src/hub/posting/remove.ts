import { backoff_ms } from '../../kernel/backoff.ts';
import { type CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { AttemptId } from '../../kernel/ids.ts';
import { ask, readJson } from '../connections/index.ts';
import { type Company, isClosed } from './company.ts';
import type { DeliveryCount } from './count.ts';
import type { RemovalFailure } from './delivery-store.ts';
import { endsTurn } from './failures.ts';
import type { Posting } from './posting.ts';
import { connectorOf, type DeliveryTurn } from './turn.ts';

/** Postings whose documents are removed in one turn. */
const REMOVE_LIMIT = 500;

/** Removes documents that are not wanted any more; each is read first, so that a lost answer is no second removal. */
export async function removeUnwanted(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<void> {
  const { doors, store, caller } = turn;
  for (const posting of await store.toRemove(caller.connection, REMOVE_LIMIT, doors.clock.now())) {
    if (isClosed(posting, company)) {
      const detail = `The document should be removed, but the books are closed through ${company.closedThrough}.`;
      await store.hold(turn.lease, [posting], { code: 'ledger.closed_period', detail }, doors.clock.now());
      count.stopped += 1;
    } else if (await removeOne(turn, company, posting)) count.removed += 1;
  }
}

async function removeOne(turn: DeliveryTurn, company: Company, posting: Posting): Promise<boolean> {
  const { doors, store, caller, lease, signal } = turn;
  signal.throwIfAborted();
  const connector = connectorOf(turn);
  const companyId = caller.connection.accountId;
  let attemptId: AttemptId | null = null;
  try {
    const { request, read } = connector.readDocument(
      companyId,
      posting.kind,
      posting.documentId!,
      company.homeCurrency,
    );
    const document = read(await readJson(doors, caller, request, { lane: 'live', signal }));
    if (!document.voided) {
      const [sending] = await store.beginSending(
        lease,
        [posting],
        { operation: 'void', batch: null },
        doors.clock.now(),
      );
      attemptId = sending!.attemptId;
      await ask(doors, caller, connector.remove(companyId, document, sending!.key), { lane: 'live', signal });
    }
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    if (error.code !== 'provider.not_found') {
      if (attemptId !== null) await store.removalFailed(lease, attemptId, failedRemoval(error), doors.clock.now());
      if (endsTurn(error)) throw error;
      return holdRemoval(turn, posting, error);
    }
  }
  await store.removed(lease, posting, attemptId, doors.clock.now());
  return true;
}

function failedRemoval({ code, kind, outcome, message }: CounterfoilError): RemovalFailure {
  const reason = { code, detail: message };
  if (outcome !== 'not_applied') return { event: 'outcome_unknown', reason };
  return { event: kind === 'validation' || kind === 'permanent' ? 'refused' : 'not_applied', reason };
}

/** What certainly failed for good waits for a person; anything else is read and tried again after a while. */
async function holdRemoval(
  { doors, store, lease }: DeliveryTurn,
  posting: Posting,
  error: CounterfoilError,
): Promise<false> {
  if (error.kind === 'retryable')
    await store.postpone(lease, posting, doors.clock.now() + backoff_ms(posting.failures + 1, doors.random));
  else
    await store.hold(
      lease,
      [posting],
      { code: error.code, detail: `The document could not be removed: ${error.message}` },
      doors.clock.now(),
    );
  return false;
}
