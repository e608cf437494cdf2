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

/** Events remembered from one pass to the next. */
const MAX_SEEN = 2_000;

const GROUPS = Array.from({ length: Math.ceil(FOLLOWED_EVENTS.length / TYPES_PER_CALL) }, (_, group) =>
  FOLLOWED_EVENTS.slice(group * TYPES_PER_CALL, (group + 1) * TYPES_PER_CALL),
);

/** Id of an event and when it happened, unix seconds. */
const seenSchema = z.tuple([z.string(), z.number()]);
type Seen = z.output<typeof seenSchema>;

const checkpointSchema = z.object({
  readTo: z.number(),
  /** Events of the last minutes: they are listed again and followed no more. */
  seen: z.array(seenSchema).default([]),
});
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
  /** Seen by the pass before this one, and by this one so far. */
  seenBefore: z.array(z.string()).default([]),
  seen: z.array(seenSchema).default([]),
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
  const before = checkpoint === null ? null : checkpointSchema.parse(checkpoint);
  const from = Math.max(before === null ? since : before.readTo - OVERLAP_S, to - EVENT_RETENTION_S);
  return {
    from,
    to,
    group: 0,
    after: null,
    madeBefore: before === null ? since : null,
    newest: before?.readTo ?? from,
    seenBefore: before?.seen.map(([id]) => id) ?? [],
    seen: [],
  };
}

function readEvents(before: EventCursor, body: Json): Page {
  const { rows, hasMore } = readPage(body);
  const newest = rows.reduce((so, row) => Math.max(so, secondsOf(row, 'created') ?? so), before.newest);
  const cursor = { ...before, newest, seen: lately([...before.seen, ...rows.map(seenIn)], newest) };
  const seenBefore = new Set(before.seenBefore);
  const fresh = rows.filter((row) => !seenBefore.has(textOf(row, 'id') ?? ''));
  const next = hasMore ? { ...cursor, after: textOf(rows.at(-1), 'id') } : nextGroup(cursor);
  return {
    records: [],
    follow: distinct(fresh.flatMap((row) => followed(row, cursor))),
    cursor: next === null ? null : { ...next },
    checkpoint: { readTo: readTo(newest, cursor.to), seen: cursor.seen },
    progress: next === null ? 1 : cursor.group / GROUPS.length,
  };
}

function seenIn(row: JsonObject): Seen {
  return [textOf(row, 'id') ?? '', secondsOf(row, 'created') ?? 0];
}

/** Those that the next pass will list again; of very many the newest, the others are then followed once more. */
function lately(seen: readonly Seen[], newest: number): Seen[] {
  return seen
    .filter(([, at]) => at >= newest - OVERLAP_S)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MAX_SEEN);
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
