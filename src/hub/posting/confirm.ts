import type { PostedDocument } from '../../model/document.ts';
import { settle } from './answers.ts';
import type { Company } from './company.ts';
import type { DeliveryCount } from './count.ts';
import type { SettleAttempt } from './delivery-store.ts';
import { listDocuments } from './list-documents.ts';
import { judgeLookUp, mayRepeatBatch, repeatRules } from './look-up.ts';
import type { Posting } from './posting.ts';
import { connectorOf, type DeliveryTurn } from './turn.ts';

/** Postings looked up in one turn. */
const LOOK_UP_LIMIT = 500;
/** How far the ledger's clock and that of the process which sent may lie apart: a look must not miss what is there. */
const CLOCK_MARGIN_MS = 25 * 3_600_000;

/** Looks in the ledger for everything whose outcome is unknown. What was sent together is judged together. */
export async function confirmUncertain(turn: DeliveryTurn, company: Company, count: DeliveryCount): Promise<void> {
  const { doors, store, caller } = turn;
  const due = await store.toLookUp(caller.connection, LOOK_UP_LIMIT, doors.clock.now());
  const list = documentLists(turn, company, due);
  const groups = Map.groupBy(due, (posting) => posting.batch ?? listOf(posting));
  for (const group of groups.values()) await confirmGroup(turn, company, { group, list, count });
}

type Days = 'its day' | 'any day';
/** All documents of a posting's kind that changed since it was sent. */
type ListDocuments = (posting: Posting, where: Days) => Promise<readonly PostedDocument[]>;

const ANY_DAY = { from: '1900-01-01', to: '9999-12-31' } as const;

interface Confirmation {
  readonly group: readonly Posting[];
  readonly list: ListDocuments;
  readonly count: DeliveryCount;
}

/** Nothing is settled before every list of the group was read to its end: one that breaks off proves nothing. */
async function confirmGroup(turn: DeliveryTurn, company: Company, { group, list, count }: Confirmation): Promise<void> {
  const documents = await documentsOf(group, list);
  const rules = repeatRules(connectorOf(turn), company);
  const now = turn.doors.clock.now();
  const mayRepeat = mayRepeatBatch(group, rules, now) && group.every((posting) => !isAmong(documents, posting));
  const results = group.map(
    (posting): SettleAttempt => ({
      posting,
      attemptId: null,
      settlement: judgeLookUp(posting, documents, rules, now, mayRepeat),
    }),
  );
  await settle(turn, results, count);
}

/** A person may have given a document another day since: before it counts as not there, every day is looked through. */
async function documentsOf(group: readonly Posting[], list: ListDocuments): Promise<readonly PostedDocument[]> {
  const found = new Map<string, PostedDocument>();
  const look = async (postings: readonly Posting[], where: Days) => {
    for (const posting of postings)
      for (const document of await list(posting, where)) found.set(`${document.kind} ${document.documentId}`, document);
  };
  await look(group, 'its day');
  const missing = group.filter((posting) => !isAmong([...found.values()], posting));
  await look(missing, 'any day');
  return [...found.values()];
}

function isAmong(documents: readonly PostedDocument[], { id }: Posting): boolean {
  return documents.some((document) => document.postingId === id);
}

/** Each list is asked for once in a turn, from before the oldest send of its postings. */
function documentLists(turn: DeliveryTurn, { homeCurrency }: Company, due: readonly Posting[]): ListDocuments {
  const sentBy = new Map<string, number>();
  for (const posting of due) {
    const sentAt = posting.firstSentAt ?? turn.doors.clock.now();
    for (const name of [listOf(posting), posting.kind]) sentBy.set(name, Math.min(sentBy.get(name) ?? sentAt, sentAt));
  }
  const lists = new Map<string, readonly PostedDocument[]>();
  return async (posting, where) => {
    const { kind, on } = posting;
    const [name, days] = where === 'its day' ? [listOf(posting), { from: on, to: on }] : [kind, ANY_DAY];
    const updatedSince = sentBy.get(name)! - CLOCK_MARGIN_MS;
    const known = lists.get(name) ?? (await listDocuments(turn, { kind, ...days, updatedSince, homeCurrency }));
    lists.set(name, known);
    return known;
  };
}

function listOf({ kind, on }: Posting): string {
  return `${kind} ${on}`;
}
