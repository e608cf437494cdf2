import type { RecordRef, SourceRecord } from '../../../src/connectors/sdk/index.ts';
import type { Connection } from '../../../src/hub/connections/index.ts';
import { newestOf } from '../../../src/hub/sync/stored.ts';
import { refKey, type StoredRecord } from '../../../src/hub/sync/understood.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import { type Json, parseJson, writeJson } from '../../../src/kernel/json.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import type { RecordRow } from './rows.ts';
import { type MemoryTables, objectKey } from './tables.ts';
import { instantOrNull, textOf } from './values.ts';
import { compareText } from './work.ts';

/** The newest version wins; of two reads with the same version the later one does. Answers how many changed. */
export function saveRecords(
  tables: MemoryTables,
  lease: Lease,
  records: readonly SourceRecord[],
  readAt: number,
): number {
  const unique = newestOf(records, readAt);
  let changed = 0;
  for (const record of unique) if (saveRecord(tables, lease, record, readAt)) changed += 1;
  for (const record of unique) saveAliases(tables, lease, record);
  for (const record of unique) reopenDependants(tables, lease, record);
  return changed;
}

function saveRecord(tables: MemoryTables, lease: Lease, record: SourceRecord, readAt: number): boolean {
  const { connectionId, tenantId } = lease;
  const { settled, deleted } = record;
  const [stream, externalId, openedAt] = [
    textOf(record.stream),
    textOf(record.externalId),
    instantOrNull(record.createdAt),
  ];
  const key = objectKey(connectionId, stream, externalId);
  const known = tables.records.get(key);
  const body = writeJson(record.body);
  const bodySha256 = known?.body === body ? known.bodySha256 : sha256Hex(body);
  const read = { version: record.version ?? readAt, settled, deleted, body, bodySha256, readAt };
  const isVersionless = read.version === readAt;
  if (known === undefined) {
    const rest = { tenantId, connectionId, stream, externalId, openedAt, normalised: false, problem: null };
    tables.records.insert({ ...rest, ...read });
    return true;
  }
  if (isVersionless ? isSameAs(known, read) : !isNews(known, read)) return false;
  const isSame = known.bodySha256 === bodySha256 && known.deleted === deleted;
  const version = Math.max(known.version, read.version);
  tables.records.update(key, { ...read, version, normalised: known.normalised && isSame });
  return true;
}

type Read = Pick<RecordRow, 'version' | 'settled' | 'deleted' | 'bodySha256'>;

function isNews(known: RecordRow, read: Read): boolean {
  return known.version === read.version ? !isSameAs(known, read) : known.version < read.version;
}

function isSameAs(known: RecordRow, read: Read): boolean {
  return known.bodySha256 === read.bodySha256 && known.deleted === read.deleted && known.settled === read.settled;
}

function saveAliases(tables: MemoryTables, { connectionId }: Lease, record: SourceRecord): void {
  const { stream, externalId } = record;
  for (const alias of record.aliases) {
    const named = objectKey(connectionId, stream, textOf(alias));
    if (tables.recordAliases.get(`${named} ${externalId}`) === undefined)
      tables.recordAliases.insert({ connectionId, stream, alias, externalId });
  }
}

/** Records that were waiting for this one are understood anew. */
function reopenDependants(tables: MemoryTables, { connectionId }: Lease, record: SourceRecord): void {
  for (const id of [record.externalId, ...record.aliases]) {
    const needed = objectKey(connectionId, record.stream, id);
    for (const wait of tables.recordWaits.by('needs', needed)) {
      tables.recordWaits.delete(`${needed} ${wait.stream} ${wait.externalId}`);
      const key = objectKey(connectionId, wait.stream, wait.externalId);
      if (tables.records.get(key)?.normalised === true) tables.records.update(key, { normalised: false });
    }
  }
}

export function oldestOpenAt(tables: MemoryTables, connectionId: string, stream: string): number | null {
  let oldest: number | null = null;
  for (const { openedAt } of tables.records.by('open', `${connectionId} ${stream}`))
    if (openedAt !== null && (oldest === null || openedAt < oldest)) oldest = openedAt;
  return oldest;
}

/** Parsed bodies by their hash: the same record is understood many times. */
export class Bodies {
  readonly #known = new Map<string, Json>();

  of({ body, bodySha256 }: RecordRow): Json {
    const known = this.#known.get(bodySha256);
    if (known !== undefined) return known;
    const parsed = parseJson(body);
    this.#known.set(bodySha256, parsed);
    return parsed;
  }
}

export function toNormalise(tables: MemoryTables, bodies: Bodies, connection: Connection, limit: number) {
  return tables.records
    .by('notNormalised', connection.id)
    .sort((a, b) => byOpening(a, b) || compareText(a.stream, b.stream) || compareText(a.externalId, b.externalId))
    .slice(0, limit)
    .map((row) => toRecord(row, bodies));
}

/** Of several records with the name that is asked for, the one that came to be last. */
export function related(
  tables: MemoryTables,
  bodies: Bodies,
  connection: Connection,
  refs: readonly RecordRef[],
): ReadonlyMap<string, SourceRecord> {
  const found = new Map<string, SourceRecord>();
  for (const ref of refs) {
    if (found.has(refKey(ref))) continue;
    const named = namedBy(tables, connection.id, ref);
    if (named.length > 1) named.sort((a, b) => byOpening(a, b) || compareText(a.externalId, b.externalId));
    const last = named.at(-1);
    if (last !== undefined) found.set(refKey(ref), toRecord(last, bodies));
  }
  return found;
}

function namedBy(tables: MemoryTables, connectionId: string, { stream, externalId }: RecordRef): RecordRow[] {
  const asked = objectKey(connectionId, stream, externalId);
  const aliases = tables.recordAliases.by('alias', asked);
  const keys = [asked, ...aliases.map((one) => objectKey(connectionId, stream, one.externalId))];
  return keys.flatMap((key) => tables.records.get(key) ?? []);
}

/** Those that do not say when come last. */
function byOpening(a: RecordRow, b: RecordRow): number {
  if (a.openedAt === b.openedAt) return 0;
  if (a.openedAt === null || b.openedAt === null) return a.openedAt === null ? 1 : -1;
  return a.openedAt - b.openedAt;
}

function toRecord(row: RecordRow, bodies: Bodies): StoredRecord {
  const { stream, externalId, version, settled, deleted, openedAt, bodySha256 } = row;
  const body = bodies.of(row);
  return { stream, externalId, version, aliases: [], settled, deleted, createdAt: openedAt, body, bodySha256 };
}
