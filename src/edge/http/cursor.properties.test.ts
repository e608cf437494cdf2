import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText, oddValue } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import { byDay, byId, type ListName, readCursor, writeCursor } from './cursor.ts';
import { MAX_CURSOR } from './limits.ts';

const LISTS: readonly ListName[] = ['deliveries', 'postings', 'reconciliations', 'attention', 'connections'];
const list = fc.constantFrom(...LISTS);
const id = fc.stringMatching(/^[\w-]{1,64}$/);
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));
const position = fc.record({ on: day, id });

property(
  'cursor: a position comes back as it was given out, within the length that is taken',
  [list, position],
  (name, place) => {
    const cursor = writeCursor(name, place)!;
    expect(cursor.length).toBeLessThanOrEqual(MAX_CURSOR);
    expect(encodeURIComponent(cursor)).toBe(cursor);
    expect(readCursor(name, byDay, cursor)).toEqual(place);
  },
);

property(
  'cursor: that of another list, or of another order, is refused',
  [list, list, position],
  (one, other, place) => {
    const cursor = writeCursor(one, place)!;
    if (one !== other)
      expect(() => readCursor(other, byDay, cursor)).toThrow(
        expect.objectContaining({ code: 'request.invalid', field: 'cursor' }),
      );
    expect(() => readCursor(one, byId, cursor)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  },
);

property(
  'cursor: any other text is refused, never read as a place',
  [
    list,
    fc.oneof(
      oddText,
      oddValue.map((value) => Buffer.from(JSON.stringify(['postings', value])).toString('base64url')),
    ),
  ],
  (name, text) => {
    for (const schema of [byId, byDay])
      expect(() => readCursor<object>(name, schema, text)).toThrow(
        expect.objectContaining({ code: 'request.invalid' }),
      );
  },
);
