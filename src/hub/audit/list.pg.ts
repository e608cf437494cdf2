import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { type Database, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from './page.ts';

/** Something that asks for a person, or did. */
export interface ListedAttention {
  readonly id: string;
  readonly connectionId: ConnectionId | null;
  readonly code: string;
  readonly subject: string;
  readonly detail: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

export interface AttentionPosition {
  readonly id: string;
}

export interface AttentionQuery extends PageRequest<AttentionPosition> {
  /** True: not yet resolved. False: resolved. Null: both. */
  readonly open: boolean | null;
}

/** Reading what needs attention. */
export interface AttentionList {
  /** In the order in which the items were opened. */
  list(tenantId: TenantId, query: AttentionQuery): Promise<Page<ListedAttention, AttentionPosition>>;
}

export function pgAttentionList(database: Database): AttentionList {
  return { list: (tenantId, query) => database.tenant(tenantId, (tx) => list(tx, query)) };
}

async function list(tx: Tx, query: AttentionQuery): Promise<Page<ListedAttention, AttentionPosition>> {
  const { direction, beyond } = sortOf(query.order);
  const found = await rows(
    tx,
    sql<ListedAttention>`
    select id, connection_id as "connectionId", code, subject, detail, opened_at as "openedAt", resolved_at as "resolvedAt"
    from attention_items
    ${whereAll(
      when(query.after, ({ id }) => sql`id ${beyond} ${id}`),
      when(query.open, (open) => sql`(resolved_at is null) = ${open}`),
    )}
    order by id ${direction} limit ${rowsToRead(query)}`,
  );
  return toPage(found, query, ({ id }) => ({ id }));
}
