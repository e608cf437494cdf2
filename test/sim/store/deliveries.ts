import type { LedgerCompany, NameKind, OpenInvoice } from '../../../src/connectors/sdk/index.ts';
import type { Connection } from '../../../src/hub/connections/index.ts';
import type { Begin, DeliveryStore, Sending } from '../../../src/hub/posting/delivery-store.ts';
import { keyOf, type Posting } from '../../../src/hub/posting/posting.ts';
import { stateAfter } from '../../../src/hub/posting/states.ts';
import type { AttemptId, ConnectionId, MakeId, PostingId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import { takeLedgerEvents } from './ledger-events.ts';
import { toPosting } from './parsed.ts';
import { changePosting } from './posting-rows.ts';
import type { PostingRow } from './rows.ts';
import { finishAttempt, settleAll } from './settle.ts';
import type { MemoryTables } from './tables.ts';
import { compareText, holdsLease, underLease, wake } from './work.ts';

/** Twin of `pgDeliveryStore`. */
export function memoryDeliveryStore(tables: MemoryTables, makeId: MakeId): DeliveryStore {
  const write = <T>(lease: Lease, work: () => T) => underLease(tables, lease, work);
  return {
    recover: (lease, now) => write(lease, () => recover(tables, lease, now)),
    company: async (connection) => company(tables, connection),
    saveCompany: (lease, one, now) => write(lease, () => saveCompany(tables, lease, one, now)),
    toLookUp: async ({ id }, limit, now) =>
      toLookUp(tables, id, now)
        .sort(
          (a, b) =>
            a.firstSentAt! - b.firstSentAt! || compareText(a.batch ?? '', b.batch ?? '') || compareText(a.id, b.id),
        )
        .slice(0, limit)
        .map(toPosting),
    toSendAgain: async ({ id }, now) =>
      toSendAgain(tables, id, now)
        .sort((a, b) => compareText(a.batch!, b.batch!) || compareText(a.id, b.id))
        .map(toPosting),
    toSend: async ({ id }, limit, now) =>
      oldest(
        sendable(tables, id).filter((row) => row.batch === null && row.notBefore <= now),
        limit,
      ),
    toRemove: async ({ id }, limit, now) =>
      oldest(
        removable(tables, id).filter((row) => row.notBefore <= now),
        limit,
      ),
    documentIds: async (connection, ids) => documentIds(tables, connection, ids),
    beginSending: (lease, postings, begin, now) =>
      write(lease, () => beginSending(tables, makeId, { lease, postings, ...begin, now })),
    isHeld: async (lease) => holdsLease(tables, lease),
    settle: (lease, results, now) => write(lease, () => settleAll(tables, makeId, { lease, results, now })),
    removed: (lease, posting, attemptId, now) => write(lease, () => removed(tables, lease, posting, attemptId, now)),
    removalFailed: (lease, attemptId, failure, now) =>
      write(lease, () => finishAttempt(tables, attemptId, failure, now)),
    postpone: (lease, posting, notBefore) => write(lease, () => postpone(tables, posting, notBefore)),
    hold: (lease, postings, reason, now) => write(lease, () => hold(tables, makeId, { lease, postings, reason, now })),
    name: async (connection, kind, name) =>
      tables.ledgerNames.get(`${connection.id} ${kind} ${name}`)?.ledgerId ?? null,
    saveName: (lease, kind, name, ledgerId) => write(lease, () => saveName(tables, lease, { kind, name, ledgerId })),
    numbersWanted: async (connection, limit) => numbersWanted(tables, connection, limit),
    saveNumber: (lease, number, invoice, now) =>
      write(lease, () => saveNumber(tables, { lease, number, invoice, now })),
    takeEvents: (lease, changed, now) => write(lease, () => takeLedgerEvents(tables, lease, changed, now)),
    nextDue: async (connection, now) => nextDue(tables, connection, now),
  };
}

function oldest(rows: PostingRow[], limit: number): Posting[] {
  rows.sort((a, b) => compareText(a.on, b.on) || compareText(a.id, b.id));
  return rows.slice(0, limit).map(toPosting);
}

/** Uncertain ones that are due, and with them all uncertain ones of their batches. */
function toLookUp(tables: MemoryTables, ledgerId: ConnectionId, now: number): PostingRow[] {
  const uncertain = tables.postings.by('ledgerState', `${ledgerId} uncertain`);
  const batches = new Set(uncertain.filter((row) => row.notBefore <= now).map((row) => row.batch));
  return uncertain.filter((row) => row.notBefore <= now || (row.batch !== null && batches.has(row.batch)));
}

/** Whole batches that have a planned posting which is due. */
function toSendAgain(tables: MemoryTables, ledgerId: ConnectionId, now: number): PostingRow[] {
  const planned = tables.postings.by('ledgerState', `${ledgerId} planned`);
  const batches = new Set(planned.filter((row) => row.batch !== null && row.notBefore <= now).map((row) => row.batch!));
  return [...batches].flatMap((batch) => tables.postings.by('batch', `${ledgerId} ${batch}`));
}

/** Planned ones that nothing holds and whose needs are posted; some may have to wait for their time. */
function sendable(tables: MemoryTables, ledgerId: ConnectionId): PostingRow[] {
  return tables.postings
    .by('ledgerState', `${ledgerId} planned`)
    .filter((row) => !row.held && row.wanted === 'live' && hasItsNeeds(tables, row));
}

function hasItsNeeds(tables: MemoryTables, { id }: PostingRow): boolean {
  return tables.postingNeeds.by('posting', id).every(({ needsId }) => tables.postings.get(needsId)?.state === 'posted');
}

function removable(tables: MemoryTables, ledgerId: ConnectionId): PostingRow[] {
  return tables.postings.by('ledgerState', `${ledgerId} posted`).filter((row) => row.wanted === 'void' && !row.held);
}

function recover(tables: MemoryTables, lease: Lease, now: number): number {
  const lost = tables.postings
    .by('ledgerState', `${lease.connectionId} sending`)
    .filter(({ fence }) => fence !== null && fence < lease.fence);
  for (const { id } of lost)
    changePosting(tables, id, {
      state: 'uncertain',
      notBefore: now,
      reasonCode: 'engine.lease_lost',
      reasonDetail: 'The worker ended while the call was under way.',
    });
  for (const row of tables.postings.by('ledgerState', `${lease.connectionId} planned`))
    if (row.firstSentAt !== null && !row.held)
      changePosting(tables, row.id, { state: 'uncertain', notBefore: Math.max(row.notBefore, now) });
  return lost.length;
}

function company(tables: MemoryTables, { id }: Connection): (LedgerCompany & { readonly readAt: number }) | null {
  const row = tables.companies.get(id);
  const connection = tables.connections.get(id);
  if (row === undefined || connection === undefined) return null;
  const { companyName: name, homeCurrency, multiCurrency, closedThrough, enforcesNumbers, timeZone, readAt } = row;
  const companyId = connection.accountId;
  return { companyId, name, homeCurrency, multiCurrency, closedThrough, enforcesNumbers, timeZone, readAt };
}

function saveCompany(tables: MemoryTables, { tenantId, connectionId }: Lease, one: LedgerCompany, now: number): void {
  const { name: companyName, homeCurrency, multiCurrency, closedThrough, enforcesNumbers, timeZone } = one;
  const terms = { companyName, homeCurrency, multiCurrency, closedThrough, enforcesNumbers, timeZone, readAt: now };
  if (tables.companies.get(connectionId) === undefined) tables.companies.insert({ tenantId, connectionId, ...terms });
  else tables.companies.update(connectionId, terms);
  const held = (['planned', 'posted'] as const)
    .flatMap((state) => tables.postings.by('ledgerState', `${connectionId} ${state}`))
    .filter((row) => row.held && row.reasonCode === 'ledger.closed_period');
  const freed = held.filter(({ on }) => closedThrough === null || on > closedThrough).map(({ id }) => id);
  for (const id of freed) changePosting(tables, id, { held: false, reasonCode: null, reasonDetail: null });
  resolveAttention(tables, tenantId, freed, now);
}

function documentIds(
  tables: MemoryTables,
  { tenantId }: Connection,
  ids: readonly PostingId[],
): Map<PostingId, string> {
  const found = new Map<PostingId, string>();
  for (const id of [...ids].sort(compareText)) {
    const row = tables.postings.get(id);
    if (row?.tenantId === tenantId && row.documentId !== null) found.set(id, row.documentId);
  }
  return found;
}

interface BeginSending extends Begin {
  readonly lease: Lease;
  readonly postings: readonly Posting[];
  readonly now: number;
}

function beginSending(
  tables: MemoryTables,
  makeId: MakeId,
  { lease, postings, operation, batch, now }: BeginSending,
): readonly Sending[] {
  const begun =
    operation === 'create' ? postings.filter(({ id }) => markSending(tables, lease, { id, batch, now })) : postings;
  return begun.map((posting) => {
    const attemptId: AttemptId = makeId('att');
    const key = operation === 'create' ? keyOf(posting) : `${posting.id}v`;
    tables.attempts.insert({
      id: attemptId,
      tenantId: lease.tenantId,
      postingId: posting.id,
      operation,
      key,
      fence: lease.fence,
      startedAt: now,
      finishedAt: null,
      result: null,
      errorCode: null,
      errorDetail: null,
    });
    return { posting, attemptId, key };
  });
}

interface Mark {
  readonly id: PostingId;
  readonly batch: string | null;
  readonly now: number;
}

function markSending(tables: MemoryTables, { fence }: Lease, { id, batch, now }: Mark): boolean {
  const row = tables.postings.get(id);
  if (row === undefined || row.held || row.wanted !== 'live') return false;
  const state = stateAfter(row.state, 'send');
  if (state === null) return false;
  const firstSentAt = row.firstSentAt ?? now;
  changePosting(tables, id, { state, batch, fence, sentAt: now, firstSentAt, reasonCode: null, reasonDetail: null });
  return true;
}

function removed(tables: MemoryTables, lease: Lease, posting: Posting, attemptId: string | null, now: number): void {
  if (attemptId !== null && tables.attempts.get(attemptId) !== undefined)
    tables.attempts.update(attemptId, { finishedAt: now, result: 'removed' });
  const row = tables.postings.get(posting.id);
  const state = row === undefined ? null : stateAfter(row.state, 'removed');
  if (state !== null) changePosting(tables, posting.id, { state, held: false, touchedAt: now });
  // A wrong total stays open: the event still has no entry. A withdrawn event needs none.
  if (posting.reasonCode !== 'ledger.total_differs') resolveAttention(tables, lease.tenantId, [posting.id], now);
}

function postpone(tables: MemoryTables, { id }: Posting, notBefore: number): void {
  const row = tables.postings.get(id);
  if (row?.state === 'posted') changePosting(tables, id, { notBefore, failures: row.failures + 1 });
}

interface Hold {
  readonly lease: Lease;
  readonly postings: readonly Posting[];
  readonly reason: { readonly code: string; readonly detail: string };
  readonly now: number;
}

function hold(tables: MemoryTables, makeId: MakeId, { lease, postings, reason, now }: Hold): void {
  const { code, detail } = reason;
  for (const { id, sourceId: connectionId } of postings) {
    const state = tables.postings.get(id)?.state;
    if (state === 'planned' || state === 'posted')
      changePosting(tables, id, { held: true, reasonCode: code, reasonDetail: detail });
    const item = { tenantId: lease.tenantId, connectionId, code: code as 'ledger.closed_period', subject: id, detail };
    raiseAttention(tables, item, makeId, now);
  }
}

function saveName(
  tables: MemoryTables,
  { connectionId }: Lease,
  { kind, name, ledgerId }: { readonly kind: NameKind; readonly name: string; readonly ledgerId: string },
): void {
  const key = `${connectionId} ${kind} ${name}`;
  if (tables.ledgerNames.get(key) === undefined) tables.ledgerNames.insert({ connectionId, kind, name, ledgerId });
  else tables.ledgerNames.update(key, { ledgerId });
}

function numbersWanted(tables: MemoryTables, connection: Connection, limit: number): string[] {
  return tables.ledgerInvoices
    .where((row) => row.connectionId === connection.id && row.readAt === null)
    .sort((a, b) => a.wantedAt - b.wantedAt || compareText(a.number, b.number))
    .slice(0, limit)
    .map(({ number }) => number);
}

interface FoundNumber {
  readonly lease: Lease;
  readonly number: string;
  readonly invoice: OpenInvoice | null;
  readonly now: number;
}

function saveNumber(tables: MemoryTables, { lease: { connectionId }, number, invoice, now }: FoundNumber): void {
  const key = `${connectionId} ${number}`;
  if (tables.ledgerInvoices.get(key) !== undefined)
    tables.ledgerInvoices.update(key, {
      documentId: invoice?.documentId ?? null,
      customerId: invoice?.customerId ?? null,
      currency: invoice?.currency ?? null,
      readAt: now,
    });
  const sources = tables.pairs.where(({ ledgerId }) => ledgerId === connectionId).map(({ sourceId }) => sourceId);
  for (const source of sources) {
    const unmatched = tables.facts
      .by('state', `${source} waiting`)
      .filter(({ reasonCode }) => reasonCode === 'posting.unmatched');
    for (const { id } of unmatched) tables.facts.update(id, { state: 'new', updatedAt: now });
    if (unmatched.length > 0) wake(tables, source, now);
  }
}

function nextDue(tables: MemoryTables, { id }: Connection, now: number): number | null {
  const open = [
    ...sendable(tables, id),
    ...tables.postings.by('ledgerState', `${id} uncertain`),
    ...removable(tables, id),
  ];
  if (open.length === 0) return null;
  return open.reduce((due, { notBefore }) => Math.max(now, Math.min(due, notBefore)), Number.POSITIVE_INFINITY);
}
