import type { Pair } from '../../../src/hub/connections/index.ts';
import type { RoleMap } from '../../../src/hub/mapping/index.ts';
import {
  type Book,
  type FactToPlan,
  LOOK_AGAIN_MS,
  type OutboxStore,
  type OutboxTx,
  RATE_VALID_MS,
} from '../../../src/hub/posting/outbox-store.ts';
import type { InvoiceMatch, Reason } from '../../../src/hub/posting/plan/index.ts';
import { removalText } from '../../../src/hub/posting/said.ts';
import type { ConnectionId, FactId, MakeId, PairId, PostingId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import { charge, givenBackBefore, invoice, members, payoutItems } from './outbox-facts.ts';
import { factOf } from './parsed.ts';
import { assertBalanced, changePosting } from './posting-rows.ts';
import type { FactRow, PostingRow } from './rows.ts';
import { savePosting } from './save-posting.ts';
import type { MemoryTables } from './tables.ts';
import { compareText, underLease, wake } from './work.ts';

/** Twin of `pgOutboxStore`. */
export function memoryOutboxStore(tables: MemoryTables, makeId: MakeId): OutboxStore {
  return {
    transaction: (lease, work) =>
      underLease(tables, lease, async () => {
        const saved = new Set<PostingId>();
        const result = await work(outboxTx({ tables, lease, makeId, saved }));
        assertBalanced(tables, saved);
        return result;
      }),
    reopenWaiting: (lease, now) =>
      underLease(tables, lease, () => {
        const waiting = tables.facts
          .by('state', `${lease.connectionId} waiting`)
          .filter((row) => row.reasonCode !== 'posting.changed_after_posting');
        for (const { id } of waiting) tables.facts.update(id, { state: 'new', updatedAt: now });
        return waiting.length;
      }),
  };
}

interface Open {
  readonly tables: MemoryTables;
  readonly lease: Lease;
  readonly makeId: MakeId;
  /** Postings whose entry was written, to be asked for their balance at the commit. */
  readonly saved: Set<PostingId>;
}

function outboxTx(open: Open): OutboxTx {
  const { tables, lease, makeId, saved } = open;
  const source = lease.connectionId;
  return {
    pair: async () => pairOfSource(tables, source),
    book: async (pair) => bookOf(tables, pair),
    roles: async (pairId) => rolesOf(tables, pairId),
    factsToPlan: async (limit) => factsToPlan(tables, source, limit),
    charge: async (chargeId) => charge(tables, source, chargeId),
    givenBackBefore: async (chargeId, before) => givenBackBefore(tables, source, chargeId, before),
    payoutItems: async (payoutId) => payoutItems(tables, source, payoutId),
    members: async (objectIds, book, payout) => members(tables, { source, objectIds, book, payout }),
    invoice: async (invoiceId) => invoice(tables, source, invoiceId),
    ledgerInvoice: async (pair, number, now) => ledgerInvoice(tables, pair, number, now),
    marketRate: async (currency, instant) => marketRate(tables, lease, currency, instant),
    save: async (plan) => {
      saved.add(plan.posting.id);
      return savePosting(tables, plan, makeId);
    },
    withdraw: async (factId, reason, now) => withdraw(open, factId, reason, now),
    settleFact: async (factId, state, reason, now) => {
      if (tables.facts.get(factId) === undefined) return;
      tables.facts.update(factId, {
        state,
        reasonCode: reason?.code ?? null,
        reasonDetail: reason?.detail ?? null,
        updatedAt: now,
      });
    },
    wakeLedger: async (pair, now) => wake(tables, pair.ledgerId, now),
  };
}

function pairOfSource(tables: MemoryTables, source: ConnectionId): Pair | null {
  return tables.pairs.where((row) => row.sourceId === source)[0] ?? null;
}

function bookOf(tables: MemoryTables, pair: Pair): Book | null {
  const connection = tables.connections.get(pair.ledgerId);
  if (connection === undefined) return null;
  const company = tables.companies.get(pair.ledgerId);
  return {
    tenantId: connection.tenantId,
    ledgerProvider: connection.provider,
    companyId: connection.accountId,
    timeZone: company?.timeZone ?? connection.timeZone,
    closedThrough: company?.closedThrough ?? null,
  };
}

function rolesOf(tables: MemoryTables, pairId: PairId): RoleMap {
  return (role) => tables.accountRoles.get(`${pairId} ${role}`)?.ledgerId ?? null;
}

function factsToPlan(tables: MemoryTables, source: ConnectionId, limit: number): FactToPlan[] {
  return tables.facts
    .by('state', `${source} new`)
    .sort((a, b) => a.occurredAt - b.occurredAt || rank(a) - rank(b) || compareText(a.id, b.id))
    .slice(0, limit)
    .map((row) => ({ id: row.id, fact: factOf(row) }));
}

/** Originals come before what refers to them at the same moment. */
function rank({ kind }: FactRow): number {
  return kind === 'invoice' || kind === 'charge' ? 0 : 1;
}

function ledgerInvoice(tables: MemoryTables, pair: Pair, number: string, now: number): InvoiceMatch {
  const key = `${pair.ledgerId} ${number}`;
  const row = tables.ledgerInvoices.get(key);
  const { documentId, customerId, currency, readAt } = row ?? {};
  if (documentId && customerId && currency) return { documentId, customerId, currency, number };
  const known = readAt !== undefined && readAt !== null;
  if (!known || now - readAt > LOOK_AGAIN_MS) {
    if (row !== undefined) tables.ledgerInvoices.update(key, { wantedAt: now, readAt: null });
    else
      tables.ledgerInvoices.insert({
        tenantId: pair.tenantId,
        connectionId: pair.ledgerId,
        number,
        documentId: null,
        customerId: null,
        currency: null,
        wantedAt: now,
        readAt: null,
      });
    wake(tables, pair.ledgerId, now);
  }
  return known ? 'not_found' : 'not_looked_up';
}

function marketRate(tables: MemoryTables, { tenantId }: Lease, currency: string, instant: number): string | null {
  let newest: { readonly at: number; readonly rate: string } | null = null;
  for (const row of tables.marketRates.all()) {
    const isValid = row.at <= instant && row.at >= instant - RATE_VALID_MS;
    if (row.tenantId === tenantId && row.currency === currency && isValid && (newest === null || row.at > newest.at))
      newest = row;
  }
  return newest?.rate ?? null;
}

/** What never reached the ledger is voided here; what did is voided there by the ledger's next turn. */
function withdraw({ tables, lease, makeId }: Open, factId: FactId, reason: Reason, now: number): number {
  const { code: reasonCode, detail: reasonDetail } = reason;
  const postings = tables.postings.by('fact', factId);
  const unsent = postings.filter(({ state }) => state === 'planned' || state === 'dead');
  for (const { id } of unsent)
    changePosting(tables, id, {
      state: 'voided',
      wanted: 'void',
      held: false,
      reasonCode,
      reasonDetail,
      touchedAt: now,
    });
  resolveAttention(
    tables,
    lease.tenantId,
    unsent.map(({ id }) => id),
    now,
  );
  const sent = postings.filter((row) => row.wanted === 'live' && isAtLedger(row));
  for (const { id, tenantId, ledgerId, total } of sent) {
    changePosting(tables, id, { wanted: 'void', reasonCode, reasonDetail });
    const detail = removalText(reason, total);
    const item = { tenantId, connectionId: lease.connectionId, code: reason.code, subject: id, detail };
    raiseAttention(tables, item, makeId, now);
    wake(tables, ledgerId, now);
  }
  return unsent.length + sent.length;
}

function isAtLedger({ state }: PostingRow): boolean {
  return state === 'sending' || state === 'uncertain' || state === 'posted';
}
