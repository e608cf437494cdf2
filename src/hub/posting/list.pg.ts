import type { LocalDate } from '../../kernel/dates.ts';
import type { AttemptId, ConnectionId, FactId, PairId, PostingId, TenantId } from '../../kernel/ids.ts';
import type { Money } from '../../kernel/money.ts';
import { type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from '../audit/index.ts';
import type { PostingState } from './posting.ts';

/** A posting as a person looks at it. */
export interface ListedPosting {
  readonly id: PostingId;
  readonly pairId: PairId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly factId: FactId;
  readonly leg: string;
  readonly generation: number;
  readonly recipe: string;
  readonly kind: string;
  readonly state: PostingState;
  readonly wanted: 'live' | 'void';
  /** Not sent before its reason is gone. */
  readonly held: boolean;
  /** Why it waits or stopped. */
  readonly reason: { readonly code: string; readonly detail: string | null } | null;
  readonly on: LocalDate;
  readonly total: Money;
  /** The number that the ledger shows. */
  readonly number: string;
  readonly documentId: string | null;
  /** The document was there already and was recognised by its marker. */
  readonly adopted: boolean;
  /** Calls made for it. */
  readonly attempts: number;
  /** In a row. */
  readonly failures: number;
  readonly plannedAt: number;
  readonly notBefore: number;
  readonly firstSentAt: number | null;
  readonly postedAt: number | null;
}

export interface PostingDetail extends ListedPosting {
  /** Positive is a debit. */
  readonly lines: readonly { readonly role: string; readonly ledgerId: string | null; readonly amount: Money }[];
  readonly calls: readonly ListedAttempt[];
  /** Economic legs that the document stands for. */
  readonly legs: readonly string[];
  /** Postings that must be posted first. */
  readonly needs: readonly { readonly id: PostingId; readonly state: PostingState }[];
}

/** One call for a posting. */
export interface ListedAttempt {
  readonly id: AttemptId;
  readonly operation: 'create' | 'look_up' | 'void';
  /** The idempotency key that was sent. */
  readonly key: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly result: string | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly providerStatus: number | null;
  readonly providerRequestId: string | null;
}

export interface PostingPosition {
  readonly on: LocalDate;
  readonly id: string;
}

export interface PostingQuery extends PageRequest<PostingPosition> {
  readonly state: PostingState | null;
  readonly held: boolean | null;
  /** Source or ledger. */
  readonly connection: string | null;
  readonly recipe: string | null;
  /** First and last day, both included. */
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
  /** A posting or fact id, a document's number or its id in the ledger; exactly. */
  readonly search: string | null;
}

/** Reading the postings of one tenant. */
export interface PostingList {
  /** By day, then id. */
  list(tenantId: TenantId, query: PostingQuery): Promise<Page<ListedPosting, PostingPosition>>;
  find(tenantId: TenantId, id: string): Promise<PostingDetail | null>;
}

export function pgPostingList(database: Database): PostingList {
  return {
    list: (tenantId, query) => database.tenant(tenantId, (tx) => list(tx, query)),
    find: (tenantId, id) => database.tenant(tenantId, (tx) => find(tx, id)),
  };
}

interface Row extends Omit<ListedPosting, 'total' | 'reason'> {
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly reasonCode: string | null;
  readonly reasonDetail: string | null;
}

const COLUMNS = sql`
  p.id, p.pair_id as "pairId", p.source_connection_id as "sourceId", p.ledger_connection_id as "ledgerId", p.fact_id as "factId", p.leg,
  p.generation, p.recipe, p.kind, p.state, p.wanted, p.held, p.reason_code as "reasonCode", p.reason_detail as "reasonDetail",
  p.occurred_on as "on", p.currency, p.total_minor as "totalMinor", p.number, p.document_id as "documentId", p.adopted,
  (select count(*)::int from attempts a where a.posting_id = p.id) as attempts, p.failures,
  p.planned_at as "plannedAt", p.not_before as "notBefore", p.first_sent_at as "firstSentAt", p.posted_at as "postedAt"`;

function toListed({ currency, totalMinor, reasonCode, reasonDetail, ...rest }: Row): ListedPosting {
  return {
    ...rest,
    total: { minor: totalMinor, currency },
    reason: reasonCode === null ? null : { code: reasonCode, detail: reasonDetail },
  };
}

async function list(tx: Tx, query: PostingQuery): Promise<Page<ListedPosting, PostingPosition>> {
  const { direction, beyond } = sortOf(query.order);
  const found = await rows(
    tx,
    sql<Row>`
    select ${COLUMNS} from postings p
    ${whereAll(
      when(query.after, ({ on, id }) => sql`(p.occurred_on, p.id) ${beyond} (${on}::date, ${id})`),
      when(query.state, (state) => sql`p.state = ${state}`),
      when(query.held, (held) => sql`p.held = ${held}`),
      when(query.connection, (id) => sql`${id} in (p.source_connection_id, p.ledger_connection_id)`),
      when(query.recipe, (recipe) => sql`p.recipe = ${recipe}`),
      when(query.from, (day) => sql`p.occurred_on >= ${day}::date`),
      when(query.to, (day) => sql`p.occurred_on <= ${day}::date`),
      when(query.search, (text) => sql`${text} in (p.id, p.fact_id, p.number, p.document_id)`),
    )}
    order by p.occurred_on ${direction}, p.id ${direction} limit ${rowsToRead(query)}`,
  );
  return toPage(found.map(toListed), query, ({ on, id }) => ({ on, id }));
}

async function find(tx: Tx, id: string): Promise<PostingDetail | null> {
  const row = await firstRow(tx, sql<Row>`select ${COLUMNS} from postings p where p.id = ${id}`);
  if (row === null) return null;
  return {
    ...toListed(row),
    lines: await linesOf(tx, id),
    calls: await callsFor(tx, id),
    legs: await legsOf(tx, id),
    needs: await needsOf(tx, id),
  };
}

async function linesOf(tx: Tx, id: string): Promise<PostingDetail['lines']> {
  const found = await rows(
    tx,
    sql<{ role: string; ledgerId: string | null; minor: bigint; currency: string }>`
    select role, ledger_id as "ledgerId", amount_minor as minor, currency from posting_lines where posting_id = ${id} order by line`,
  );
  return found.map(({ role, ledgerId, minor, currency }) => ({ role, ledgerId, amount: { minor, currency } }));
}

function callsFor(tx: Tx, id: string): Promise<ListedAttempt[]> {
  return rows(
    tx,
    sql<ListedAttempt>`
    select id, operation, key, started_at as "startedAt", finished_at as "finishedAt", result, error_code as "errorCode", error_detail as "errorDetail",
      provider_status as "providerStatus", provider_request_id as "providerRequestId"
    from attempts where posting_id = ${id} order by id`,
  );
}

async function legsOf(tx: Tx, id: string): Promise<string[]> {
  const found = await rows(
    tx,
    sql<{ leg: string }>`select leg_id as leg from posting_legs where posting_id = ${id} order by leg_id`,
  );
  return found.map(({ leg }) => leg);
}

function needsOf(tx: Tx, id: string): Promise<{ id: PostingId; state: PostingState }[]> {
  return rows(
    tx,
    sql<{ id: PostingId; state: PostingState }>`
    select p.id, p.state from posting_needs n join postings p on p.id = n.needs_id where n.posting_id = ${id} order by p.id`,
  );
}
