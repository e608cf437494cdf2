import type { TenantId } from '../../kernel/ids.ts';
import { type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { CHAIN_START, type ChainBreak, type ChainState, judgeEnd, judgeEntry } from './chain.ts';
import type { Actor, AuditEntry, AuditHead } from './change.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from './page.ts';

export interface AuditPosition {
  readonly seq: string;
}

export interface AuditQuery extends PageRequest<AuditPosition> {
  readonly action: string | null;
  readonly subject: string | null;
  readonly actor: string | null;
}

/** What a check of a tenant's chain found. */
export interface ChainReport {
  readonly entries: bigint;
  readonly breaks: readonly ChainBreak[];
  /** Hash of the last entry. Written down elsewhere, it shows later that nothing before it was exchanged. */
  readonly head: Uint8Array;
}

/** Reading who changed what. */
export interface AuditLog {
  /** In the order in which the changes were made. */
  list(tenantId: TenantId, query: AuditQuery): Promise<Page<AuditEntry, AuditPosition>>;
  verify(tenantId: TenantId): Promise<ChainReport>;
}

/** Entries read at once: some hundred kilobytes. */
const BATCH_ENTRIES = 500;
/** Breaks that are told; a chain with more of them is as broken. */
const MAX_BREAKS = 100;

export function pgAuditLog(database: Database): AuditLog {
  return {
    list: (tenantId, query) => database.tenant(tenantId, (tx) => list(tx, query)),
    verify: (tenantId) => database.tenant(tenantId, (tx) => verify(tx, tenantId)),
  };
}

interface Row extends Omit<AuditEntry, 'actor'> {
  readonly actorKind: Actor['kind'];
  readonly actorId: string;
}

const COLUMNS = sql`
  tenant_id as "tenantId", seq, id, at, actor_kind as "actorKind", actor_id as "actorId", action, subject, diff,
  previous_hash as "previousHash", hash`;

function toEntry({ actorKind, actorId, ...row }: Row): AuditEntry {
  return { ...row, actor: { kind: actorKind, id: actorId } };
}

async function list(tx: Tx, query: AuditQuery): Promise<Page<AuditEntry, AuditPosition>> {
  const { direction, beyond } = sortOf(query.order);
  const found = await rows(
    tx,
    sql<Row>`
    select ${COLUMNS} from audit_entries
    ${whereAll(
      when(query.after, ({ seq }) => sql`seq ${beyond} ${seq}::bigint`),
      when(query.action, (action) => sql`action = ${action}`),
      when(query.subject, (subject) => sql`subject = ${subject}`),
      when(query.actor, (actor) => sql`actor_id = ${actor}`),
    )}
    order by seq ${direction} limit ${rowsToRead(query)}`,
  );
  return toPage(found.map(toEntry), query, ({ seq }) => ({ seq: String(seq) }));
}

/** The head is locked first: no entry is added while the chain is read. */
async function verify(tx: Tx, tenantId: TenantId): Promise<ChainReport> {
  const head = await firstRow<AuditHead>(
    tx,
    sql`select seq, hash from audit_heads where tenant_id = ${tenantId} for update`,
  );
  const breaks: ChainBreak[] = [];
  let state: ChainState = CHAIN_START;
  let entries = 0n;
  for (;;) {
    const batch = await rows(
      tx,
      sql<Row>`select ${COLUMNS} from audit_entries where seq > ${state.seq} order by seq limit ${BATCH_ENTRIES}`,
    );
    for (const entry of batch.map(toEntry)) {
      breaks.push(...judgeEntry(state, entry));
      state = entry;
      entries += 1n;
    }
    if (batch.length < BATCH_ENTRIES) break;
  }
  breaks.push(...judgeEnd(state, head));
  return { entries, breaks: breaks.slice(0, MAX_BREAKS), head: state.hash };
}
