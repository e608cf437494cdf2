import type { SourceEvent } from '../../connectors/sdk/index.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import { isForeignId } from '../../kernel/foreign-id.ts';

/** Longest type or reason that is kept of an event: they are shown in lists. */
const MAX_TEXT = 300;

const NOT_AN_ID = 'it names an object by an id that no provider gives';

/** The key by which a repetition is known: itself, or its hash when it could not be stored or indexed. */
export function storableKey(key: string): string {
  return isForeignId(key) ? key : `sha256:${sha256Hex(Buffer.from(key, 'utf16le'))}`;
}

/**
 * The event with nothing in it that the database refuses: one such event would hold up its neighbours, and later every
 * turn of its connection. An object whose id cannot be one is not read; when nothing else is left, the event says so.
 */
export function storableEvent(event: SourceEvent): SourceEvent {
  const touches = event.touches.filter(({ externalId }) => isForeignId(externalId));
  const isEmpty = touches.length < event.touches.length && touches.length + event.wakes.length === 0;
  const ignoredBecause = isEmpty ? NOT_AN_ID : event.ignoredBecause;
  return {
    ...event,
    dedupeKey: storableKey(event.dedupeKey),
    type: plain(event.type),
    accountId: event.accountId !== null && isForeignId(event.accountId) ? event.accountId : null,
    touches,
    ignoredBecause: ignoredBecause === null ? null : plain(ignoredBecause),
  };
}

function plain(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ');
}
