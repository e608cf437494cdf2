import { describe, expect, test } from 'vitest';
import { NOW, posted, posting } from './fixtures/posting.ts';
import { judgeLookUp, mayRepeatBatch } from './look-up.ts';
import { batchKeyOf, type Posting } from './posting.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RULES = {
  window_ms: HOUR,
  horizon_ms: 5 * HOUR,
  numberedKinds: ['sales_receipt', 'invoice'] as const,
  enforcesNumbers: false,
  closedThrough: null,
};
const ENFORCED = { ...RULES, enforcesNumbers: true };

/** A posting whose first send was `age` ago and whose outcome is unknown. */
function uncertain(age: number, over: Partial<Posting> = {}): Posting {
  return posting({ state: 'uncertain', firstSentAt: NOW - age, reasonCode: 'provider.timeout', ...over });
}

describe('a look-up that found the document', () => {
  test.each([MINUTE, 2 * HOUR, 9 * HOUR])('adopts it, however old the send is (%i ms)', (age) => {
    expect(judgeLookUp(uncertain(age), [posted()], RULES, NOW)).toMatchObject({
      event: 'found',
      document: { documentId: '145' },
      remove: false,
      attention: false,
      held: false,
    });
  });

  test('takes only the marker, so a document of another posting is none', () => {
    const other = posted({ postingId: 'pst_00000000000000000000000000000010' });
    const unmarked = posted({ postingId: null });
    expect(judgeLookUp(uncertain(MINUTE), [other, unmarked], RULES, NOW).event).toBe('not_found');
  });

  test('a voided document counts as not there', () => {
    expect(judgeLookUp(uncertain(MINUTE), [posted({ voided: true })], RULES, NOW).event).toBe('not_found');
    expect(judgeLookUp(uncertain(2 * HOUR), [posted({ voided: true })], RULES, NOW).event).toBe('outcome_unknown');
  });

  test('of several the one with the smallest number is adopted and all are named', () => {
    const found = [
      posted({ documentId: '1007' }),
      posted({ documentId: '99' }),
      posted({ documentId: '145', voided: true }),
    ];
    const settlement = judgeLookUp(uncertain(MINUTE), found, RULES, NOW);
    expect(settlement).toMatchObject({ event: 'found', attention: true, document: { documentId: '99' } });
    expect(settlement.reason).toEqual({
      code: 'ledger.several_matches',
      detail: 'Documents 99, 1007 carry the same marker; the first one counts. Delete the others in the ledger.',
    });
  });

  test('one with another total is adopted and removed', () => {
    const wrong = posted({ total: { minor: 1n, currency: 'USD' } });
    const settlement = judgeLookUp(uncertain(MINUTE), [wrong], RULES, NOW);
    expect(settlement).toMatchObject({ event: 'found', remove: true, reason: { code: 'ledger.total_differs' } });
  });
});

describe('a look-up that found nothing', () => {
  const none = (age: number, rules: typeof RULES | typeof ENFORCED, over: Partial<Posting> = {}) =>
    judgeLookUp(uncertain(age, over), [], rules, NOW);

  test.each([
    ['inside the window the key still protects', HOUR - 1, RULES, 'not_found'],
    ['at the end of the window it does not', HOUR, RULES, 'outcome_unknown'],
    ['before the horizon something may still arrive', 5 * HOUR - 1, RULES, 'outcome_unknown'],
    ['at the horizon nothing arrives any more', 5 * HOUR, RULES, 'not_found'],
    ['after it neither', 90 * HOUR, RULES, 'not_found'],
    ['with enforced numbers the ledger refuses a second one at any time', 3 * HOUR, ENFORCED, 'not_found'],
  ] as const)('%s', (_, age, rules, event) => {
    expect(none(age, rules)).toMatchObject({ event, held: false, attention: false, newKey: false, document: null });
  });

  test('numbers protect only the kinds that have one', () => {
    expect(none(3 * HOUR, ENFORCED, { kind: 'transfer' }).event).toBe('outcome_unknown');
  });

  test('the next look comes later each time, up to a quarter of an hour', () => {
    const wait = (looks: number) => none(2 * HOUR, RULES, { looks }).notBefore - NOW;
    expect([0, 1, 2].map(wait)).toEqual([10_000, 20_000, 40_000]);
    expect([10, 1_000].map(wait)).toEqual([15 * MINUTE, 15 * MINUTE]);
  });

  test('and the number was refused as used: it is somebody else’s, and a person decides', () => {
    expect(none(MINUTE, ENFORCED, { reasonCode: 'ledger.duplicate_number' })).toMatchObject({
      event: 'not_found',
      held: true,
      attention: true,
      newKey: false,
      reason: { code: 'ledger.duplicate_number', detail: expect.stringContaining('ST-000000000000000000') },
    });
  });
});

describe('what went in a batch and was not found', () => {
  const inBatch = (age: number, over: Partial<Posting> = {}) => uncertain(age, { batch: 'bat_1', ...over });

  test('goes again with it when the batch may be repeated', () => {
    const settlement = judgeLookUp(inBatch(MINUTE), [], RULES, NOW, true);
    expect(settlement).toMatchObject({ event: 'not_found', notBefore: NOW, batch: 'bat_1' });
  });

  test('has no window of its own otherwise: the key of the batch knows nothing of it', () => {
    const settlement = judgeLookUp(inBatch(MINUTE), [], RULES, NOW);
    expect(settlement).toMatchObject({ event: 'outcome_unknown', batch: 'bat_1' });
    expect(settlement.notBefore).toBeGreaterThan(NOW);
  });

  test('goes alone when its number is enforced, or nothing can arrive any more', () => {
    expect(judgeLookUp(inBatch(MINUTE), [], ENFORCED, NOW)).toMatchObject({ event: 'not_found', batch: null });
    expect(judgeLookUp(inBatch(5 * HOUR), [], RULES, NOW)).toMatchObject({ event: 'not_found', batch: null });
  });

  test('is adopted as anything else when it is found, and its batch forgotten', () => {
    expect(judgeLookUp(inBatch(MINUTE), [posted()], RULES, NOW)).toMatchObject({ event: 'found', batch: null });
  });
});

describe('a lost batch', () => {
  const ids = ['pst_00000000000000000000000000000001', 'pst_00000000000000000000000000000002'] as const;
  const batch = batchKeyOf(ids.map((id) => ({ id, keyRevision: 0 })));
  const lost = (over: Partial<Posting> = {}, age = MINUTE) => [
    uncertain(age, { id: ids[0], batch }),
    uncertain(age, { id: ids[1], batch, ...over }),
  ];
  const mayRepeat = (postings: readonly Posting[]) => mayRepeatBatch(postings, RULES, NOW);

  test('may be repeated while it is whole, wanted and young', () => {
    expect(batch).toHaveLength(36);
    expect(mayRepeat(lost())).toBe(true);
    expect(mayRepeat(lost({}, HOUR - 1))).toBe(true);
  });

  test.each([
    ['one is missing', lost().slice(1)],
    ['one has another key by now', lost({ keyRevision: 1 })],
    ['one was taken back', lost({ wanted: 'void' })],
    ['the window is over', lost({}, HOUR)],
    ['one was first sent before the window', lost({ firstSentAt: NOW - HOUR })],
    ['another one stands in its place', lost({ id: 'pst_00000000000000000000000000000003' })],
  ])('may not when %s', (_, postings) => {
    expect(mayRepeat(postings)).toBe(false);
  });

  test('may not when the day of one was closed', () => {
    const closed = { ...RULES, closedThrough: uncertain(MINUTE).on };
    expect(mayRepeatBatch(lost(), closed, NOW)).toBe(false);
  });

  test('is none when they went alone', () => {
    expect(mayRepeat([uncertain(MINUTE)])).toBe(false);
    expect(mayRepeat([])).toBe(false);
  });
});

describe('a refusal after an earlier unknown outcome', () => {
  const refused = { reasonCode: 'ledger.refused', looks: 1 };

  test('is looked up until nothing can land late any more, and never sent again meanwhile', () => {
    for (const rules of [RULES, ENFORCED])
      expect(judgeLookUp(uncertain(MINUTE, refused), [], rules, NOW)).toMatchObject({
        event: 'outcome_unknown',
        reason: { code: 'ledger.refused' },
      });
  });

  test('is held for a person after the horizon', () => {
    expect(judgeLookUp(uncertain(5 * HOUR, refused), [], RULES, NOW)).toMatchObject({
      event: 'not_found',
      held: true,
      attention: true,
      reason: { code: 'ledger.refused' },
    });
  });

  test('is forgotten when the document is found', () => {
    expect(judgeLookUp(uncertain(MINUTE, refused), [posted()], RULES, NOW)).toMatchObject({
      event: 'found',
      reason: null,
    });
  });
});
