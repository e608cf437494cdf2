import type { AttentionItem, SecurityEvent } from '../../../src/hub/audit/index.ts';
import { ERROR_CODES } from '../../../src/kernel/error-codes.ts';
import type { MakeId, TenantId } from '../../../src/kernel/ids.ts';
import type { MemoryTables } from './tables.ts';

/** The verbs of `hub/audit/store.pg.ts` over tables in memory. */

export function raiseAttention(tables: MemoryTables, item: AttentionItem, makeId: MakeId, now: number): void {
  const { tenantId, subject, code, detail } = item;
  const known = tables.attention.by('open', `${tenantId} ${subject}`).find((row) => row.code === code);
  if (known === undefined) tables.attention.insert({ ...item, id: makeId('atn'), openedAt: now, resolvedAt: null });
  else tables.attention.update(known.id, { detail });
}

export function resolveAttention(
  tables: MemoryTables,
  tenantId: TenantId,
  subjects: readonly string[],
  now: number,
): void {
  resolve(tables, { tenantId, subjects, now, but: new Set() });
}

export function resolveHindrances(
  tables: MemoryTables,
  tenantId: TenantId,
  subjects: readonly string[],
  now: number,
): void {
  resolve(tables, { tenantId, subjects, now, but: SEEN_AFTER_POSTING });
}

export function recordSecurityEvent(tables: MemoryTables, event: SecurityEvent, makeId: MakeId, now: number): void {
  const id = makeId('sec');
  tables.securityEvents.insert({
    id,
    tenantId: event.tenantId,
    kind: event.kind,
    detail: { ...event.detail },
    at: now,
  });
}

const SEEN_AFTER_POSTING = new Set(
  Object.entries(ERROR_CODES).flatMap(([code, { outcome }]) => (outcome === 'applied' ? [code] : [])),
);

interface Resolve {
  readonly tenantId: TenantId;
  readonly subjects: readonly string[];
  readonly now: number;
  readonly but: ReadonlySet<string>;
}

function resolve(tables: MemoryTables, { tenantId, subjects, now, but }: Resolve): void {
  for (const subject of new Set(subjects))
    for (const row of tables.attention.by('open', `${tenantId} ${subject}`))
      if (!but.has(row.code)) tables.attention.update(row.id, { resolvedAt: now });
}
