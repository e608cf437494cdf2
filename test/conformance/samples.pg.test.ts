import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/kernel/random.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import { type TestHub, testHub } from '../support/hub.ts';
import type { Sample } from './sample.ts';
import { eventOutcomes, receiverOf, webhookOutcomes } from './sample-deliveries.ts';
import { objectOutcomes } from './sample-objects.ts';
import { OUTCOMES, outcomeTable, type SampleOutcome } from './sample-outcome.ts';
import { allSamples } from './samples.ts';
import { describeConformance } from './shared-folder.ts';
import { stillClock } from './still-clock.ts';

function ofKind<K extends Sample['kind']>(samples: readonly Sample[], kind: K): Extract<Sample, { kind: K }>[] {
  return samples.filter((sample): sample is Extract<Sample, { kind: K }> => sample.kind === kind);
}

describeConformance('input that nobody here wrote', () => {
  const samples = allSamples();
  const time = { now: Date.UTC(2026, 10, 20) };
  let hub: TestHub;
  let outcomes: readonly SampleOutcome[];

  beforeAll(async () => {
    hub = await testHub({ clock: stillClock(time), random: seededRandom(1) });
    const webhooks = ofKind(samples, 'webhook');
    const receiver = await receiverOf(hub, time, webhooks);
    outcomes = [
      ...(await webhookOutcomes(receiver, webhooks)),
      ...(await eventOutcomes(receiver, ofKind(samples, 'event'))),
      ...objectOutcomes(ofKind(samples, 'object')),
      ...ofKind(samples, 'request').map(requestOutcome),
    ];
  });
  afterAll(() => hub.close());

  test('is accepted, normalised, or kept or refused with a reason: none crashes, none vanishes', () => {
    console.info(outcomeTable(outcomes));
    expect(outcomes).toHaveLength(samples.length);
    expect(new Set(outcomes.map(({ sample }) => sample))).toEqual(new Set(samples));
    for (const { outcome, reason } of outcomes) {
      expect(OUTCOMES).toContain(outcome);
      if (outcome === 'unknown' || outcome === 'refused') expect(reason).toMatch(/\S/);
    }
  });

  test('becomes facts where it moves money, and none of it is guessed', () => {
    const names = (wanted: SampleOutcome['outcome']) =>
      outcomes
        .filter(({ sample, outcome }) => sample.kind === 'object' && outcome === wanted)
        .map(({ sample }) => (sample.kind === 'object' ? sample.name : ''))
        .toSorted();
    expect(names('normalised')).toEqual([
      ...['application_fee', 'balance_transaction', 'charge', 'dispute', 'payout', 'refund', 'transfer'],
    ]);
    // The recorded invoice is a draft, the session asks for nothing, and the payment names no intent.
    expect(names('accepted')).toEqual([
      'account',
      'checkout.session',
      'invoice',
      'invoice_payment',
      'webhook_endpoint',
    ]);
  });

  test('is stored when its signature is right, and only then', async () => {
    const webhooks = outcomes.filter(({ sample }) => sample.kind === 'webhook');
    for (const { sample, outcome } of webhooks) {
      expect([sample.source, outcome === 'refused']).toEqual([
        sample.source,
        sample.kind === 'webhook' && !sample.valid,
      ]);
    }
    const stored = await hub.doors.database.inbox((tx) =>
      rows(
        tx,
        sql<{ state: string; n: bigint }>`select state, count(*) as n from deliveries group by state order by state`,
      ),
    );
    const letIn = webhooks.filter(({ outcome }) => outcome !== 'refused').length + ofKind(samples, 'event').length;
    expect(stored.reduce((sum, { n }) => sum + Number(n), 0)).toBe(letIn);
    expect(stored.map(({ state }) => state)).toEqual(['dead', 'done', 'ignored']);
  });
});

/** What a tester sends to Stripe; it never comes to us. */
function requestOutcome(sample: Sample): SampleOutcome {
  return { sample, outcome: 'unknown', reason: 'a request to Stripe is no input' };
}
