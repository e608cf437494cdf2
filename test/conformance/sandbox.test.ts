import { describe, expect, test } from 'vitest';
import { loadCatalogue } from './descriptions.ts';
import { judgeReport, operationUse } from './operation-use.ts';
import { routesNotAsked } from './route-coverage.ts';
import { type Said, type SandboxBench, sandboxBench } from './sandbox-bench.ts';
import { BTCPAY_ROUTES, refusalsOfBtcpay, tourBtcpay } from './sandbox-btcpay-tour.ts';
import { quickbooksOperations, refusalsOfQuickbooks, tourQuickbooks } from './sandbox-quickbooks-tour.ts';
import { refusalsOfSquare } from './sandbox-square-refusals.ts';
import { SQUARE_ROUTES, tourSquare } from './sandbox-square-tour.ts';
import { POWERLESS_KEY, refusalsOfStripe, STRIPE_ROUTES, tourStripe } from './sandbox-stripe-tour.ts';
import { refusalsOfXero, tourXero, xeroOperations } from './sandbox-xero-tour.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';

const STRIPE = { requestsPerSecond: 1_000_000, restrictedKeys: { [POWERLESS_KEY]: [] } };
/** A company with a foreign currency, so that documents carry theirs. */
const QUICKBOOKS = { limits: null, exchangeRates: { EUR: '1.08' } };

function statuses(said: readonly Said[]): readonly number[] {
  return [...new Set(said.map(({ status }) => status))].sort();
}

/** Every refusal, judged where the description has its status. */
async function expectRefusals(
  bench: SandboxBench,
  refusals: (bench: SandboxBench) => Promise<readonly Said[]>,
  expected: readonly number[],
): Promise<void> {
  const said = await refusals(bench);
  const unjudged = bench.judge.notJudged().length;
  console.info(`${bench.judge.provider}: ${said.length} refusals, ${unjudged} of a status that is not described`);
  expect(bench.failures()).toBe('');
  expect(statuses(said)).toEqual(expected);
}

describeConformance('the sandbox by the official descriptions', () => {
  describe('Stripe', () => {
    test('answers every endpoint as described, over every object of a month', async () => {
      const bench = sandboxBench('stripe', { stripe: STRIPE });
      await tourStripe(bench);
      console.info(judgeReport(bench.judge));
      expect(bench.failures()).toBe('');
      expect(routesNotAsked(STRIPE_ROUTES, bench.asked())).toEqual([]);
    });

    test('refuses in the described form', async () => {
      await expectRefusals(sandboxBench('stripe', { stripe: STRIPE }), refusalsOfStripe, [400, 401, 403, 404]);
    });
  });

  describe('BTCPay Server', () => {
    test('answers every endpoint as described, on both paths and over every object of a month', async () => {
      const bench = sandboxBench('btcpay');
      await tourBtcpay(bench);
      console.info(judgeReport(bench.judge));
      expect(bench.failures()).toBe('');
      expect(routesNotAsked(BTCPAY_ROUTES, bench.asked())).toEqual([]);
    });

    test('refuses in the described form', async () => {
      await expectRefusals(sandboxBench('btcpay'), refusalsOfBtcpay, [401, 403, 404, 422]);
    });
  });

  describe('QuickBooks Online', () => {
    test('answers every endpoint as described, for every kind of object', async () => {
      const bench = sandboxBench('quickbooks', { quickbooks: QUICKBOOKS });
      await tourQuickbooks(bench);
      console.info(judgeReport(bench.judge));
      expect(bench.failures()).toBe('');
      expect(operationUse(quickbooksOperations(), bench.judge).unused).toEqual([]);
    });

    test('refuses in the described form', async () => {
      const bench = sandboxBench('quickbooks', { quickbooks: QUICKBOOKS });
      await expectRefusals(bench, refusalsOfQuickbooks, [400, 401, 403, 429, 500]);
    });
  });

  describe('Xero', () => {
    test('answers every endpoint as described, for every kind of object', async () => {
      const bench = sandboxBench('xero');
      await tourXero(bench);
      console.info(judgeReport(bench.judge));
      expect(bench.failures()).toBe('');
      const described = [...loadCatalogue('xero', requiredSharedFolder()).operations.keys()];
      expect(operationUse(xeroOperations(described), bench.judge).unused).toEqual([]);
    });

    test('refuses in the described form', async () => {
      await expectRefusals(sandboxBench('xero'), refusalsOfXero, [400, 401, 403, 404]);
    });
  });

  describe('Square', () => {
    test('answers every endpoint as described, over every kind of object', async () => {
      const bench = sandboxBench('square');
      await tourSquare(bench);
      console.info(judgeReport(bench.judge));
      expect(bench.failures()).toBe('');
      expect(routesNotAsked(SQUARE_ROUTES, bench.asked())).toEqual([]);
    });

    test('refuses in the described form', async () => {
      await expectRefusals(sandboxBench('square'), refusalsOfSquare, [400, 401, 402, 403, 404, 429]);
    });
  });
});
