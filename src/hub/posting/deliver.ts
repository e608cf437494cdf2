import type { CreateItem, ItemAnswer, LedgerConnector } from '../../connectors/sdk/index.ts';
import { backoff_ms } from '../../kernel/backoff.ts';
import { CounterfoilError, isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import { type AttemptId, derivedHash } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import type { PostedDocument } from '../../model/document.ts';
import { ask, readJson } from '../connections/index.ts';
import { type Company, readCompany } from './company.ts';
import type { RemovalFailure, Sending, SettleAttempt } from './delivery-store.ts';
import { fillIn } from './fill-in.ts';
import { judgeLookUp } from './look-up.ts';
import { lookUpNumbers } from './numbers.ts';
import type { Posting } from './posting.ts';
import type { DeliveryTurn, Filled } from './turn.ts';
import { accepted, failed, type Settlement } from './verdict.ts';

/** A turn ends after this and the connection is given back, so that look-ups and read-backs get in between. */
const TURN_MS = 20_000;
/** Postings looked up in one turn. */
const LOOK_UP_LIMIT = 500;
/** How far the ledger's clock and that of the process which sent may lie apart: a look must not miss what is there. */
const CLOCK_MARGIN_MS = 25 * 3_600_000;

export interface DeliveryCount {
  posted: number;
  adopted: number;
  uncertain: number;
  stopped: number;
  removed: number;
}

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
  await lookUpUncertain(turn, company, count);
  await removeUnwanted(turn, company, count);
  while (doors.clock.now() < until) if (!(await sendSome(turn, company, count))) break;
  return count;
}

function connectorOf({ doors, caller }: DeliveryTurn): LedgerConnector {
  return doors.registry.ledger(caller.connection.provider);
}

async function lookUpUncertain(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<void> {
  const { doors, store, caller } = turn;
  const due = await store.toLookUp(caller.connection, LOOK_UP_LIMIT, doors.clock.now());
  const groups = Map.groupBy(due, (posting) => `${posting.kind} ${posting.on}`);
  for (const group of groups.values()) await lookUpGroup(turn, company, group, count);
}

/** All postings of one kind and day, with one list. A list that breaks off proves nothing and settles nothing. */
async function lookUpGroup(
  turn: DeliveryTurn,
  company: Company,
  group: readonly Posting[],
  count: DeliveryCount,
): Promise<void> {
  const { doors, store, lease } = turn;
  const { kind, on } = group[0]!;
  const since = Math.min(...group.map((posting) => posting.firstSentAt ?? doors.clock.now())) - CLOCK_MARGIN_MS;
  const found = await listDocuments(turn, {
    kind,
    from: on,
    to: on,
    updatedSince: since,
    homeCurrency: company.homeCurrency,
  });
  const { idempotency } = connectorOf(turn);
  const now = doors.clock.now();
  const results = group.map(
    (posting): SettleAttempt => ({
      posting,
      attemptId: null,
      settlement: judgeLookUp(posting, found, { ...idempotency, enforcesNumbers: company.enforcesNumbers }, now),
    }),
  );
  await store.settle(lease, results, now);
  for (const { settlement } of results) tally(count, settlement);
  if (results.some(({ settlement }) => settlement.document !== null)) turn.progress.made = true;
}

/** Every page of a list; of a document that comes twice the later reading counts. */
export async function listDocuments(
  turn: Pick<DeliveryTurn, 'doors' | 'caller' | 'signal'>,
  query: Parameters<LedgerConnector['documents']['request']>[1],
): Promise<readonly PostedDocument[]> {
  const { doors, caller, signal } = turn;
  const { documents } = doors.registry.ledger(caller.connection.provider);
  const found = new Map<string, PostedDocument>();
  let page: ReturnType<typeof documents.read>['next'] = null;
  do {
    const request = documents.request(caller.connection.accountId, query, page);
    const listed = documents.read(query, page, await readJson(doors, caller, request, { lane: 'live', signal }));
    for (const document of listed.rows) found.set(document.documentId, document);
    page = listed.next;
  } while (page !== null);
  return [...found.values()];
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
  const together = filled.filter(({ posting }) => mayShareBatch(turn, company, posting));
  if (together.length > 1) await sendBatch(turn, together, count);
  const alone = together.length > 1 ? filled.filter((one) => !together.includes(one)) : filled;
  if (alone.length > 0) await sendAlone(turn, alone, count);
  return true;
}

/**
 * A batch has a key of its own: when its answer is lost, what was not found is sent alone, and then the batch may land
 * late. So only documents whose number the ledger refuses a second time go together, and only as long as they were
 * never looked for.
 */
function mayShareBatch(turn: DeliveryTurn, company: Company, posting: Posting): boolean {
  const { batchSize, idempotency } = connectorOf(turn);
  return (
    batchSize > 1 && posting.looks === 0 && company.enforcesNumbers && idempotency.numberedKinds.includes(posting.kind)
  );
}

function isClosed(posting: Posting, company: Company): boolean {
  return company.closedThrough !== null && posting.on <= company.closedThrough;
}

function itemOf({ posting, document }: Filled, key: string): CreateItem {
  return { document, marking: { postingId: posting.id, number: posting.number, key } };
}

/** One call each under its own key, one after the other; stored as begun before the first, and settled after the last. */
async function sendAlone(turn: DeliveryTurn, items: readonly Filled[], count: DeliveryCount): Promise<void> {
  const { doors, store, lease, signal } = turn;
  signal.throwIfAborted();
  const postings = items.map((one) => one.posting);
  const begun = await store.beginSending(lease, postings, 'create', doors.clock.now());
  const documents = new Map(items.map((one) => [one.posting.id, one]));
  const answers: { sending: Sending; answer: ItemAnswer }[] = [];
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
  await settleAnswers(turn, answers, count);
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

function unsent(end: CounterfoilError): CounterfoilError {
  const { code, retryAfter_ms } = end;
  return new CounterfoilError(code, {
    outcome: 'not_applied',
    detail: end.message,
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
  });
}

async function sendBatch(turn: DeliveryTurn, items: readonly Filled[], count: DeliveryCount): Promise<void> {
  const { doors, store, caller, lease, signal } = turn;
  const begun = await store.beginSending(
    lease,
    items.map((one) => one.posting),
    'create',
    doors.clock.now(),
  );
  if (begun.length === 0) return;
  const documents = new Map(items.map((one) => [one.posting.id, one]));
  const creates = begun.map((sending) => itemOf(documents.get(sending.posting.id)!, sending.key));
  const connector = connectorOf(turn);
  let answers: readonly ItemAnswer[];
  let thrown: CounterfoilError | null = null;
  try {
    const request = connector.createBatch(caller.connection.accountId, creates, batchKey(begun));
    const { text } = await ask(doors, caller, request, { lane: 'live', signal });
    answers = readAnswers(creates, () => connector.readBatch(creates, parseJson(text)));
  } catch (error) {
    const failure = asProviderError(error);
    thrown = failure;
    answers = creates.map(() => ({ ok: false, error: failure }));
  }
  await settleAnswers(
    turn,
    begun.map((sending, index) => ({ sending, answer: answers[index]! })),
    count,
  );
  if (thrown !== null && endsTurn(thrown)) throw thrown;
}

/** 36 characters, QuickBooks' limit for the key of a batch; the same for the same items. */
function batchKey(begun: readonly Sending[]): string {
  return `bat_${derivedHash(begun.map((one) => one.key))}`;
}

function readAnswer(read: () => ItemAnswer): ItemAnswer {
  try {
    return read();
  } catch (cause) {
    return { ok: false, error: unreadable(cause) };
  }
}

function readAnswers(items: readonly CreateItem[], read: () => readonly ItemAnswer[]): readonly ItemAnswer[] {
  try {
    return read();
  } catch (cause) {
    const error = unreadable(cause);
    return items.map(() => ({ ok: false, error }));
  }
}

/** A success that cannot be read: the document may well be there. */
function unreadable(cause: unknown): CounterfoilError {
  return isCounterfoilError(cause) && cause.outcome === 'unknown'
    ? cause
    : new CounterfoilError('provider.unreadable', { cause });
}

/** A failure of our own after the call began says nothing about the ledger: the outcome is unknown. */
function asProviderError(error: unknown): CounterfoilError {
  if (isCounterfoilError(error)) return error;
  return new CounterfoilError('provider.connection_lost', {
    detail: `The call was broken off: ${messageOf(error)}`,
    cause: error,
  });
}

/** What concerns the whole connection ends the turn; what concerns one document does not. */
function endsTurn(error: CounterfoilError): boolean {
  return (
    error.kind === 'auth' ||
    error.kind === 'throttled' ||
    error.code === 'provider.breaker_open' ||
    error.code === 'provider.unreachable'
  );
}

async function settleAnswers(
  turn: DeliveryTurn,
  answers: readonly { sending: Sending; answer: ItemAnswer }[],
  count: DeliveryCount,
): Promise<void> {
  const { doors, store, lease } = turn;
  const now = doors.clock.now();
  const results = answers.map(
    ({ sending: { posting, attemptId }, answer }): SettleAttempt => ({
      posting,
      attemptId,
      settlement: answer.ok
        ? accepted(posting, answer.document, now)
        : failed(posting, answer.error, now, doors.random),
    }),
  );
  await store.settle(lease, results, now);
  for (const { settlement } of results) tally(count, settlement);
  if (results.some(({ settlement }) => settlement.document !== null)) turn.progress.made = true;
}

function tally(count: DeliveryCount, { event, held }: Settlement): void {
  if (event === 'accepted') count.posted += 1;
  else if (event === 'found') count.adopted += 1;
  else if (event === 'outcome_unknown') count.uncertain += 1;
  else if (event === 'refused' || held) count.stopped += 1;
}

/** Removes documents that are not wanted any more; each is read first, so that a lost answer is no second removal. */
async function removeUnwanted(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<void> {
  const { doors, store, caller } = turn;
  for (const posting of await store.toRemove(caller.connection, LOOK_UP_LIMIT, doors.clock.now())) {
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
      const [sending] = await store.beginSending(lease, [posting], 'void', doors.clock.now());
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
