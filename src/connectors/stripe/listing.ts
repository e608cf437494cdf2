import type { Json } from '../../kernel/json.ts';
import {
  type JsonObject,
  type OneRead,
  type RecordRef,
  type SourceRecord,
  type Stream,
  secondsOf,
  textOf,
} from '../sdk/index.ts';
import { getRequest, listRequest, type Operation } from './api.ts';
import { readObject, readPage } from './rows.ts';
import * as windows from './windows.ts';

/** A list by creation time with single reads: what the streams of Stripe have in common and where they differ. */
export interface Listing {
  readonly name: string;
  readonly description: string;
  readonly list: Operation;
  readonly get: Operation;
  /** Expanded in each row; the list needs the prefix `data.`, which is added. */
  readonly expand: readonly string[];
  aliases(row: JsonObject): readonly (string | null)[];
  /** False while the object can change without a new list entry. */
  isSettled(row: JsonObject): boolean;
  follow(row: JsonObject): readonly RecordRef[];
  /** False for a row that is read on its own instead, because the list does not show it whole. */
  isWhole?(row: JsonObject): boolean;
  /** False for a row that can be deleted and then is no place to page on from. */
  isAnchor?(row: JsonObject): boolean;
  /** Fields that are not kept. */
  readonly drop?: readonly string[];
}

/** The stream of a listing: windows oldest first, pages newest first inside them, rows oldest first in each page. */
export function listingStream(listing: Listing): Stream {
  return {
    name: listing.name,
    description: listing.description,
    open: (context, checkpoint) => toJson(windows.openWindows(context, checkpoint)),
    request: (_context, json) => {
      const cursor = windows.readCursor(json);
      return listRequest(listing.list, {
        createdFrom: cursor.start,
        createdBefore: windows.windowEnd(cursor),
        after: cursor.after ?? undefined,
        expand: listing.expand.map((path) => `data.${path}`),
      });
    },
    read: (_context, json, body) => readListing(listing, windows.readCursor(json), body),
    one: {
      next: (_context, id, bodies) => (bodies.length === 0 ? getRequest(listing.get, id, listing.expand) : null),
      read: (_context, id, bodies) => readSingle(listing, readObject(bodies[0], id)),
    },
  };
}

/** Reads one object that is already complete. */
export function readSingle(listing: Listing, row: JsonObject): OneRead {
  return { records: [recordOf(listing, row)], follow: row.deleted === true ? [] : listing.follow(row) };
}

function readListing(listing: Listing, before: windows.WindowCursor, body: Json) {
  const page = readPage(body);
  const cursor = windows.seen(before, page.rows);
  const whole = page.rows.filter((row) => listing.isWhole?.(row) ?? true);
  const records = whole.map((row) => recordOf(listing, row)).reverse();
  const incomplete = page.rows.filter((row) => !whole.includes(row));
  const anchor = page.rows.findLast((row) => listing.isAnchor?.(row) ?? true);
  const next = windows.nextCursor(cursor, page, textOf(anchor, 'id'));
  return {
    records,
    follow: [...incomplete.map((row) => refTo(listing, row)), ...whole.flatMap((row) => listing.follow(row))],
    cursor: next === null ? null : toJson(next),
    checkpoint: { ...windows.checkpointOf(cursor) },
    progress: windows.progressOf(cursor, next),
  };
}

function recordOf(listing: Listing, row: JsonObject): SourceRecord {
  const deleted = row.deleted === true;
  const created = secondsOf(row, 'created');
  return {
    stream: listing.name,
    externalId: textOf(row, 'id') ?? '',
    // Stripe has no modification time: the newest read wins.
    version: null,
    aliases: listing.aliases(row).filter((alias) => alias !== null),
    settled: deleted || listing.isSettled(row),
    createdAt: created === null ? null : created * 1_000,
    deleted,
    body: without(row, listing.drop ?? []),
  };
}

function refTo(listing: Listing, row: JsonObject): RecordRef {
  return { stream: listing.name, externalId: textOf(row, 'id') ?? '' };
}

function without(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

function toJson(cursor: windows.WindowCursor): Json {
  return { ...cursor };
}
