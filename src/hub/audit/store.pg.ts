import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import type { ConnectionId, MakeId, TenantId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import { at, sql, type Tx } from '../../platform/store/index.ts';

export interface AttentionItem {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId | null;
  readonly code: ErrorCode;
  /** What it is about: a posting, fact, record or connection id. */
  readonly subject: string;
  readonly detail: string;
}

/** Asks for a person. Noticed again, the same cause of the same subject stays one item with the newest detail. */
export async function raiseAttention(tx: Tx, item: AttentionItem, makeId: MakeId, now: number): Promise<void> {
  await sql`
    insert into attention_items (id, tenant_id, connection_id, code, subject, detail, opened_at)
    values (${makeId('atn')}, ${item.tenantId}, ${item.connectionId}, ${item.code}, ${item.subject}, ${item.detail}, ${at(now)})
    on conflict (tenant_id, code, subject) where resolved_at is null do update set detail = excluded.detail`.execute(
    tx,
  );
}

/** Closes every open item about the subjects: their cause is gone. */
export function resolveAttention(tx: Tx, subjects: string | readonly string[], now: number): Promise<void> {
  return resolve(tx, subjects, now, []);
}

/** Closes what kept the subjects from being posted; what somebody should see because they are posted stays open. */
export function resolveHindrances(tx: Tx, subjects: string | readonly string[], now: number): Promise<void> {
  return resolve(tx, subjects, now, SEEN_AFTER_POSTING);
}

const SEEN_AFTER_POSTING = Object.entries(ERROR_CODES).flatMap(([code, { outcome }]) =>
  outcome === 'applied' ? [code] : [],
);

async function resolve(
  tx: Tx,
  subjects: string | readonly string[],
  now: number,
  but: readonly string[],
): Promise<void> {
  const all = typeof subjects === 'string' ? [subjects] : [...subjects];
  if (all.length === 0) return;
  await sql`
    update attention_items set resolved_at = ${at(now)}
    where subject = any(${all}::text[]) and resolved_at is null and not (code = any(${[...but]}::text[]))`.execute(tx);
}

export interface SecurityEvent {
  readonly tenantId: TenantId | null;
  readonly kind: string;
  readonly detail: Readonly<Record<string, string>>;
}

export async function recordSecurityEvent(tx: Tx, event: SecurityEvent, makeId: MakeId, now: number): Promise<void> {
  await sql`
    insert into security_events (id, tenant_id, kind, detail, at)
    values (${makeId('sec')}, ${event.tenantId}, ${event.kind}, ${writeJson(event.detail)}, ${at(now)})`.execute(tx);
}
