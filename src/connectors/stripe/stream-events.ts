import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import {
  fieldOf,
  type JsonObject,
  type Page,
  type RecordRef,
  readTo,
  type Stream,
  type StreamContext,
  secondsOf,
  textOf,
} from '../sdk/index.ts';
import { listRequest, OPERATIONS } from './api.ts';
import { FOLLOWED_EVENTS, meaningOf } from './event-meaning.ts';
import { EVENT_RETENTION_S, TYPES_PER_CALL } from './limits.ts';
import { readPage } from './rows.ts';
import { OVERLAP_S } from './windows.ts';

const GROUPS = Array.from({ length: Math.ceil(FOLLOWED_EVENTS.length / TYPES_PER_CALL) }, (_, group) =>
  FOLLOWED_EVENTS.slice(group * TYPES_PER_CALL, (group + 1) * TYPES_PER_CALL),
);

const checkpointSchema = z.object({ readTo: z.number() });
const cursorSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** Which group of types is being read: one call takes only so many. */
  group: z.number(),
  after: z.string().nullable(),
  /** On the first pass only objects made before this instant are followed: the lists bring the others. */
  madeBefore: z.number().nullable(),
  /** When the newest event happened that this pass or one before it saw. */
  newest: z.number(),
});
type EventCursor = z.output<typeof cursorSchema>;

/**
 * What changed since the last pass, for objects whose change no list by creation time shows. It brings no records: the
 * object in an event is as old as the event, so what it speaks of is read again.
 */
export const eventStream: Stream = {
  name: 'events',
  description: 'What changed on invoices, payouts, disputes and checkout sessions',
  leads: true,
  open: (context, checkpoint) => ({ ...start(context, checkpoint) }),
  request: (_context, json) => {
    const { from, group, after } = cursorSchema.parse(json);
    return listRequest(OPERATIONS.events, {
      createdFrom: from,
      after: after ?? undefined,
      types: GROUPS[group] ?? [],
    });
  },
  read: (_context, json, body) => readEvents(cursorSchema.parse(json), body),
};

function start(context: StreamContext, checkpoint: Json | null): EventCursor {
  const to = Math.floor(context.now / 1_000);
  const since = Math.min(Math.floor(context.since / 1_000), to);
  const before = checkpoint === null ? null : checkpointSchema.parse(checkpoint).readTo;
  const from = Math.max(before === null ? since : before - OVERLAP_S, to - EVENT_RETENTION_S);
  return { from, to, group: 0, after: null, madeBefore: before === null ? since : null, newest: before ?? from };
}

function readEvents(before: EventCursor, body: Json): Page {
  const { rows, hasMore } = readPage(body);
  const newest = rows.reduce((so, row) => Math.max(so, secondsOf(row, 'created') ?? so), before.newest);
  const cursor = { ...before, newest };
  const next = hasMore ? { ...cursor, after: textOf(rows.at(-1), 'id') } : nextGroup(cursor);
  return {
    records: [],
    follow: distinct(rows.flatMap((row) => followed(row, cursor))),
    cursor: next === null ? null : { ...next },
    checkpoint: { readTo: readTo(newest, cursor.to) },
    progress: next === null ? 1 : cursor.group / GROUPS.length,
  };
}

function nextGroup(cursor: EventCursor): EventCursor | null {
  return cursor.group + 1 < GROUPS.length ? { ...cursor, group: cursor.group + 1, after: null } : null;
}

function followed(row: JsonObject, { madeBefore }: EventCursor): readonly RecordRef[] {
  const object = fieldOf(fieldOf(row, 'data'), 'object');
  const made = secondsOf(object, 'created');
  if (madeBefore !== null && made !== null && made >= madeBefore) return [];
  return meaningOf(textOf(row, 'type') ?? '', object).touches;
}

function distinct(refs: readonly RecordRef[]): RecordRef[] {
  return [...new Map(refs.map((ref) => [`${ref.stream} ${ref.externalId}`, ref])).values()];
}
