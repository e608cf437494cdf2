import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { afterCall, type BreakerEvent, CLOSED, OPENS_AFTER_FAILURES, phaseOf, withProbe } from './breaker.ts';
import { aCall } from './fixtures.ts';
import { MAX_RETRY_AFTER_MS, retryAfter_ms } from './retry-after.ts';
import { targetOf } from './target.ts';

const LEASE_MS = 30_000;
const LONGEST_REST_MS = 300_000;
const NOW = Date.UTC(2026, 2, 1);

const event = fc.constantFrom<BreakerEvent>('succeeded', 'failed', 'gave_up');
const steps = fc.array(fc.record({ event, after_ms: fc.integer({ min: 0, max: 400_000 }) }), { maxLength: 40 });

/** The states of a breaker over calls that ask it first. */
function lived(all: readonly { readonly event: BreakerEvent; readonly after_ms: number }[]) {
  let [state, now] = [CLOSED, 0];
  return all.map(({ event: how, after_ms }) => {
    now += after_ms;
    const before = state;
    const phase = phaseOf(before, now);
    if (phase.kind === 'closed') state = afterCall(state, how, now, null);
    if (phase.kind === 'half_open') {
      const probing = withProbe(state, now, LEASE_MS);
      state = afterCall(probing, how, now, probing.openUntil);
    }
    return { before, phase, how, state, now };
  });
}

property('breaker: it opens at the fifth failure in a row and never before', [steps], (all) => {
  let inARow = 0;
  for (const { phase, how, state } of lived(all)) {
    if (phase.kind === 'open') continue;
    if (how === 'failed') inARow += 1;
    if (how === 'succeeded') inARow = 0;
    expect(state.openUntil !== null).toBe(inARow >= OPENS_AFTER_FAILURES);
  }
});

property('breaker: one success closes it, and no rest is longer than five minutes', [steps], (all) => {
  for (const { phase, how, state, now } of lived(all)) {
    if (phase.kind !== 'open' && how === 'succeeded') expect(state).toEqual(CLOSED);
    const after = phaseOf(state, now);
    if (after.kind === 'open') expect(after.retryAfter_ms).toBeLessThanOrEqual(LONGEST_REST_MS);
  }
});

property('breaker: only the probe moves one that is open', [steps, event, fc.integer()], (all, how, stranger) => {
  const { state, now } = lived(all).at(-1) ?? { state: CLOSED, now: 0 };
  if (state.openUntil === null || state.openUntil === stranger) return;
  expect(afterCall(state, how, now, stranger)).toBe(state);
  expect(afterCall(state, how, now, null)).toBe(state);
});

property(
  'retry-after: whatever it says, the wait is a whole number from nothing to an hour',
  [
    fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.date().map(String),
      fc.constantFrom('-1', '1e400', '99999999999999999999', 'NaN'),
    ),
    fc.string(),
  ],
  (text, date) => {
    const wait = retryAfter_ms({ 'retry-after': text, date }, NOW);
    if (wait !== null) expect(Number.isInteger(wait) && wait >= 0 && wait <= MAX_RETRY_AFTER_MS).toBe(true);
  },
);

property(
  'retry-after: seconds and a date that far ahead mean the same, whatever our clock says',
  [
    fc.integer({ min: 0, max: 7_200 }),
    fc.integer({ min: 0, max: 4_000_000_000 }),
    fc.integer({ min: -86_400_000, max: 86_400_000 }),
  ],
  (seconds, answered_s, skew) => {
    const date = new Date(answered_s * 1_000);
    const until = new Date(date.getTime() + seconds * 1_000);
    const byDate = retryAfter_ms({ 'retry-after': until.toUTCString(), date: date.toUTCString() }, NOW + skew);
    expect(byDate).toBe(retryAfter_ms({ 'retry-after': String(seconds) }, NOW));
  },
);

property(
  'target: an id in a path never leads a call out of its place',
  [
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '.', '%2e%2e', '%2E.', '//evil.example', '\\evil', '?x', '#x', '@evil.example', ':443'),
    ),
  ],
  (id) => {
    const encoded = encodeURIComponent(id.toWellFormed());
    for (const path of [`/v1/charges/${encoded}`, `/v1/charges/${id}`]) {
      try {
        const { url } = targetOf(aCall({ request: { path } }));
        expect([url.protocol, url.host, url.search, url.hash]).toEqual(['https:', 'api.acmepay.example', '', '']);
        expect(url.pathname.startsWith('/v1/charges/')).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'provider.invalid_request' });
      }
    }
  },
);
