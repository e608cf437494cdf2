import type { StreamContext } from '../../connectors/sdk/index.ts';
import type { Json } from '../../kernel/json.ts';
import { rows, sql } from '../../platform/store/index.ts';
import { type Caller, readJson } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import type { Violation } from './checks.pg.ts';

export interface SourceCheck {
  readonly listed: number;
  readonly violations: readonly Violation[];
}

/**
 * I7 against the source itself: lists every stream from the connection's first day again and looks for each object in
 * the store. A checkpoint that had passed an object would show here. Changes nothing.
 */
export async function checkSource(doors: HubDoors, caller: Caller, signal: AbortSignal): Promise<SourceCheck> {
  const violations: Violation[] = [];
  let listed = 0;
  for (const stream of doors.registry.source(caller.connection.provider).streams) {
    const { connection } = caller;
    const context: StreamContext = {
      accountId: connection.accountId,
      now: doors.clock.now(),
      since: connection.since,
      oldestOpenAt: null,
    };
    const reached = await reachedAt(doors, caller, stream.name);
    let cursor: Json | null = reached === null ? null : stream.open(context, null);
    while (cursor !== null) {
      const page = stream.read(
        context,
        cursor,
        await readJson(doors, caller, stream.request(context, cursor), { lane: 'backfill', signal }),
      );
      const known = await storedIds(
        doors,
        caller,
        stream.name,
        page.records.map((record) => record.externalId),
      );
      // What appeared after the last complete pass is for the next one.
      const missing = page.records.filter(
        (record) => !known.has(record.externalId) && (record.createdAt ?? 0) < reached!,
      );
      violations.push(
        ...missing.map((record) => ({
          subject: `${stream.name} ${record.externalId}`,
          detail: 'It is at the source, older than the checkpoint, and not stored.',
        })),
      );
      listed += page.records.length;
      cursor = page.cursor;
    }
  }
  return { listed, violations };
}

/** When the last complete pass of the stream began to be behind us, less the overlap that every pass repeats. */
async function reachedAt(doors: HubDoors, { connection }: Caller, stream: string): Promise<number | null> {
  const OVERLAP_MS = 10 * 60_000;
  const [row] = await doors.database.tenant(connection.tenantId, (tx) =>
    rows(
      tx,
      sql<{
        at: number | null;
      }>`select completed_at as at from checkpoints where connection_id = ${connection.id} and stream = ${stream} order by stream`,
    ),
  );
  return row?.at == null ? null : row.at - OVERLAP_MS;
}

async function storedIds(
  doors: HubDoors,
  { connection }: Caller,
  stream: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await doors.database.tenant(connection.tenantId, (tx) =>
    rows(
      tx,
      sql<{
        id: string;
      }>`select external_id as id from records where connection_id = ${connection.id} and stream = ${stream} and external_id = any(${[...ids]}::text[]) order by 1`,
    ),
  );
  return new Set(found.map((row) => row.id));
}
