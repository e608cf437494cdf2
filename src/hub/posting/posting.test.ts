import { describe, expect, test } from 'vitest';
import { posting } from './fixtures/posting.ts';
import { keyOf, writeDocument } from './posting.ts';

describe('the idempotency key', () => {
  test('it is the posting id, and gets a suffix after a definite refusal', () => {
    const { id } = posting();
    expect(keyOf(posting())).toBe(id);
    expect(keyOf(posting({ keyRevision: 2 }))).toBe(`${id}r2`);
  });
});

describe('a document in the store', () => {
  test('equal documents have equal text, whatever the order of their keys', () => {
    const { document } = posting();
    const turned = Object.fromEntries(Object.entries(document).reverse()) as unknown as typeof document;
    expect(writeDocument(turned, null)).toBe(writeDocument(document, null));
  });
});
