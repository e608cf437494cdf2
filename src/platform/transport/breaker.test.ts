import { describe, expect, test } from 'vitest';
import {
  afterCall,
  type BreakerEvent,
  type BreakerState,
  CLOSED,
  OPENS_AFTER_FAILURES,
  phaseOf,
  withProbe,
} from './breaker.ts';

const NOW = 1_000_000;
const LEASE_MS = 35_000;

const failing: BreakerState = { failures: OPENS_AFTER_FAILURES - 1, openUntil: null };
const open: BreakerState = { failures: OPENS_AFTER_FAILURES, openUntil: NOW + 5_000 };
const halfOpen: BreakerState = { failures: OPENS_AFTER_FAILURES, openUntil: NOW };
const probing = withProbe(halfOpen, NOW, LEASE_MS);

function afterFailures(count: number): BreakerState {
  let state = CLOSED;
  for (let i = 0; i < count; i += 1) state = afterCall(state, 'failed', NOW, null);
  return state;
}

describe('the phase of a breaker', () => {
  test('is closed until the fifth failure in a row, then open for 5 s', () => {
    expect(phaseOf(afterFailures(4), NOW)).toEqual({ kind: 'closed' });
    expect(phaseOf(afterFailures(5), NOW)).toEqual({ kind: 'open', retryAfter_ms: 5_000 });
  });

  test('is half-open from the moment the rest ends', () => {
    expect(phaseOf(open, NOW + 4_999)).toEqual({ kind: 'open', retryAfter_ms: 1 });
    expect(phaseOf(open, NOW + 5_000)).toEqual({ kind: 'half_open' });
  });

  test('is open for everybody else while a probe runs, and half-open again when the probe never comes back', () => {
    expect(phaseOf(probing, NOW)).toEqual({ kind: 'open', retryAfter_ms: LEASE_MS });
    expect(phaseOf(probing, NOW + LEASE_MS)).toEqual({ kind: 'half_open' });
  });
});

describe('the state after a call', () => {
  const probe = probing.openUntil;
  const reopened = { failures: 6, openUntil: NOW + 10_000 };
  const table: readonly (readonly [
    string,
    BreakerState,
    number | null,
    Readonly<Record<BreakerEvent, BreakerState>>,
  ])[] = [
    ['closed', CLOSED, null, { succeeded: CLOSED, failed: { failures: 1, openUntil: null }, gave_up: CLOSED }],
    ['closed after four failures', failing, null, { succeeded: CLOSED, failed: open, gave_up: failing }],
    ['open, a call from before', open, null, { succeeded: open, failed: open, gave_up: open }],
    ['half-open, a call from before', halfOpen, null, { succeeded: halfOpen, failed: halfOpen, gave_up: halfOpen }],
    ['probing, another call', probing, null, { succeeded: probing, failed: probing, gave_up: probing }],
    ['probing, an older probe', probing, NOW - 1, { succeeded: probing, failed: probing, gave_up: probing }],
    ['probing, the probe', probing, probe, { succeeded: CLOSED, failed: reopened, gave_up: halfOpen }],
    [
      'closed meanwhile, the probe',
      CLOSED,
      probe,
      { succeeded: CLOSED, failed: { failures: 1, openUntil: null }, gave_up: CLOSED },
    ],
  ];
  for (const [situation, state, whose, expected] of table) {
    for (const event of ['succeeded', 'failed', 'gave_up'] as const) {
      test(`${situation}: ${event}`, () => expect(afterCall(state, event, NOW, whose)).toEqual(expected[event]));
    }
  }

  test('rests twice as long after each failed probe', () => {
    const rests: number[] = [];
    let state = open;
    for (let i = 0; i < 5; i += 1) {
      const claimed = withProbe(state, NOW, LEASE_MS);
      state = afterCall(claimed, 'failed', NOW, claimed.openUntil);
      rests.push(state.openUntil! - NOW);
    }
    expect(rests).toEqual([10_000, 20_000, 40_000, 80_000, 160_000]);
  });
});
