import { expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { asking, testStripe } from './testing.ts';

test('a restored account equals the original and never repeats an id', async () => {
  const { stripe, doors, post } = testStripe();
  const { charge } = stripe.charge({ at: MONDAY, amount: 5_000 });
  stripe.openDispute({ at: MONDAY + 60, charge: charge.id });
  stripe.payoutDue({ at: MONDAY + 7_200 });
  await post('/v1/webhook_endpoints', 'url=https://hub.invalid&enabled_events[]=*');
  await post('/v1/customers', 'name=A', { 'idempotency-key': 'k' });
  const snapshot = JSON.parse(JSON.stringify(stripe.snapshot())) as unknown;

  const other = testStripe();
  other.stripe.restore(snapshot);
  other.doors.set(doors.now());
  expect(other.stripe.snapshot()).toEqual(stripe.snapshot());
  for (const path of [
    '/v1/balance_transactions?expand[]=data.source',
    '/v1/events',
    '/v1/payouts',
    '/v1/webhook_endpoints',
  ]) {
    expect((await asking(other.stripe).get(path)).text).toBe((await asking(stripe).get(path)).text);
  }
  expect(
    (await other.post('/v1/customers', 'name=A', { 'idempotency-key': 'k' })).headers.get('idempotent-replayed'),
  ).toBe('true');
  const next = other.stripe.charge({ at: MONDAY + 9_000, amount: 1 });
  expect(stripe.context.state.tables.charges.get(next.charge.id)).toBeUndefined();
  expect(stripe.charge({ at: MONDAY + 9_000, amount: 1 }).charge.id).toBe(next.charge.id);
});

test('a snapshot does not follow later changes', () => {
  const { stripe } = testStripe();
  const { charge } = stripe.charge({ at: MONDAY, amount: 5_000 });
  const before = JSON.stringify(stripe.snapshot());
  const kept = stripe.snapshot();
  stripe.refund({ at: MONDAY + 1, charge: charge.id });
  expect(JSON.stringify(kept)).toBe(before);
});
