import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { money } from '../../kernel/money.ts';
import { NOW, posted, posting } from './fixtures/posting.ts';
import { judgeLookUp } from './look-up.ts';
import { anyInput } from './plan/fixtures/any.ts';
import { plan } from './plan/index.ts';
import { readDocument, writeDocument } from './posting.ts';
import { POSTING_TABLE, type PostingEvent, statesBefore } from './states.ts';
import { accepted, failed } from './verdict.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];
const error = fc
  .record({
    code: fc.constantFrom(...codes),
    outcome: fc.constantFrom('applied' as const, 'not_applied' as const, 'unknown' as const),
  })
  .map(({ code, outcome }) => new CounterfoilError(code, { detail: 'as it was answered', outcome }));
const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const counts = fc.record({ failures: fc.nat({ max: 50 }), looks: fc.nat({ max: 5_000 }) });
const age = fc.integer({ min: 0, max: 10 * 24 * 3_600_000 });
const events = fc.array(fc.constantFrom(...(Object.keys(POSTING_TABLE.planned) as PostingEvent[])), { maxLength: 30 });

/** What QuickBooks promises about repeated requests. */
const RULES = {
  window_ms: 3_600_000,
  horizon_ms: 5 * 3_600_000,
  numberedKinds: ['sales_receipt' as const],
  enforcesNumbers: false,
  closedThrough: null,
};

property(
  'verdict: what may have been applied is looked up, never sent again',
  [error, counts, age, luck],
  (problem, over, since, share) => {
    const one = posting({ failures: over.failures, failingSince: NOW - since });
    const { event, newKey, notBefore } = failed(one, problem, NOW, { fraction: () => share });
    if (problem.outcome !== 'not_applied') expect([event, newKey]).toEqual(['outcome_unknown', false]);
    expect(statesBefore(event)).toContain('sending');
    expect(notBefore >= NOW).toBe(true);
  },
);

property(
  'verdict: whatever stops for good is shown to a person',
  [error, counts, age, luck],
  (problem, over, since, share) => {
    const settlement = failed(posting({ failures: over.failures, failingSince: NOW - since }), problem, NOW, {
      fraction: () => share,
    });
    if (settlement.event === 'refused' || settlement.held)
      expect([settlement.attention, settlement.reason]).toEqual([true, expect.anything()]);
  },
);

property(
  'verdict: nothing is retried on its own for longer than 72 hours',
  [error, age, luck],
  (problem, since, share) => {
    if (problem.kind !== 'retryable' || problem.outcome !== 'not_applied' || problem.code === 'ledger.duplicate_number')
      return;
    const { held } = failed(posting({ failures: 20, failingSince: NOW - since }), problem, NOW, {
      fraction: () => share,
    });
    expect(held).toBe(since >= 72 * 3_600_000);
  },
);

property(
  'verdict: a document is accepted with exactly our total, else removed',
  [fc.bigInt({ min: -100_000n, max: 100_000n }), fc.constantFrom('USD', 'EUR')],
  (off, currency) => {
    const total = money(posting().total.minor + off, currency);
    const { remove, attention } = accepted(posting(), posted({ total }), NOW);
    expect([remove, attention]).toEqual([off !== 0n || currency !== 'USD', off !== 0n || currency !== 'USD']);
  },
);

property(
  'look-up: the order of what was found does not matter, and the first document counts',
  [fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 6 }), fc.nat({ max: 3 }), age],
  (ids, voided, old) => {
    const found = ids.map((id, i) => posted({ documentId: String(id), voided: i < voided }));
    const one = posting({ state: 'uncertain', firstSentAt: NOW - old });
    const settlement = judgeLookUp(one, found, RULES, NOW);
    expect(judgeLookUp(one, found.toReversed(), RULES, NOW)).toEqual(settlement);
    const live = ids.slice(voided);
    expect(settlement.document?.documentId).toBe(live.length === 0 ? undefined : String(Math.min(...live)));
  },
);

property(
  'look-up: after an empty look it is sent again only while the key protects, or when nothing can land late',
  [age, fc.nat({ max: 5_000 }), fc.boolean(), fc.boolean()],
  (old, looks, enforcesNumbers, wanted) => {
    const one = posting({ state: 'uncertain', firstSentAt: NOW - old, looks, wanted: wanted ? 'live' : 'void' });
    const { event, notBefore } = judgeLookUp(one, [], { ...RULES, enforcesNumbers }, NOW);
    const late = old >= RULES.horizon_ms;
    const safe = wanted ? late || enforcesNumbers || old < RULES.window_ms : late;
    expect(event).toBe(safe ? 'not_found' : 'outcome_unknown');
    expect(notBefore - NOW).toBeLessThanOrEqual(15 * 60_000);
  },
);

property('states: after an unknown outcome nothing is sent before a look-up has answered', [events], (all) => {
  let state: keyof typeof POSTING_TABLE = 'planned';
  let unknown = false;
  for (const event of all) {
    const next: unknown = POSTING_TABLE[state][event];
    if (next === 'refuse' || !Object.hasOwn(POSTING_TABLE, String(next))) continue;
    if (event === 'send') expect(unknown).toBe(false);
    if (event === 'outcome_unknown') unknown = true;
    if (event === 'found' || event === 'not_found') unknown = false;
    state = next as keyof typeof POSTING_TABLE;
  }
});

property('posting: a document comes back from the store as it was planned', [anyInput], (input) => {
  const outcome = plan(input);
  for (const { document, party } of outcome.kind === 'post' ? outcome.postings : [])
    expect(readDocument(writeDocument(document, party))).toEqual({ document, party });
});
