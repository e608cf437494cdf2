import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import type { SourceEvent } from '../../connectors/sdk/index.ts';
import { isForeignId } from '../../kernel/foreign-id.ts';
import { storableEvent, storableKey } from './storable.ts';

/** Bytes of a row of an index: a third of a page (PostgreSQL, "B-Tree Indexes"), less the columns beside the id. */
const INDEX_ROW_BYTES = 2_600;

const touch = fc.record({ stream: fc.constant('invoices'), externalId: oddText });
const event: fc.Arbitrary<SourceEvent> = fc.record({
  dedupeKey: oddText,
  type: oddText,
  occurredAt: fc.constant(null),
  accountId: fc.option(oddText),
  touches: fc.array(touch, { maxLength: 4 }),
  wakes: fc.constant([]),
  ignoredBecause: fc.option(oddText),
});

function textsIn({ dedupeKey, type, accountId, touches, ignoredBecause }: SourceEvent): readonly string[] {
  const ids = touches.map(({ externalId }) => externalId);
  return [
    dedupeKey,
    type,
    ...ids,
    ...(accountId === null ? [] : [accountId]),
    ...(ignoredBecause === null ? [] : [ignoredBecause]),
  ];
}

property('inbox: whatever an event holds, the database can store and index what is kept of it', [event], (odd) => {
  for (const text of textsIn(storableEvent(odd))) {
    expect(text.includes('\0') || !text.isWellFormed()).toBe(false);
    expect(Buffer.byteLength(text)).toBeLessThan(INDEX_ROW_BYTES);
  }
});

property(
  'inbox: ids of providers stay as they are, and keys of two events never become one',
  [oddText, oddText, fc.stringMatching(/^[\w-]{1,255}$/)],
  (one, other, usual) => {
    expect(storableKey(usual)).toBe(usual);
    expect(storableKey(one) === storableKey(other)).toBe(one === other);
  },
);

property('inbox: an event that loses all it touches says why nothing is done, any other goes on', [event], (odd) => {
  const kept = storableEvent(odd);
  const lost = odd.touches.some(({ externalId }) => !isForeignId(externalId));
  expect(kept.touches).toEqual(odd.touches.filter(({ externalId }) => isForeignId(externalId)));
  if (lost && kept.touches.length === 0) expect(kept.ignoredBecause).toContain('id');
  else expect(kept.ignoredBecause === null).toBe(odd.ignoredBecause === null);
});
