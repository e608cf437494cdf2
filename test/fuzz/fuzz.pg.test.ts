import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  arrivals,
  type Campaign,
  fuzzApi,
  fuzzWebhook,
  openCampaign,
  subjectOf,
  unsettled,
  workThrough,
} from './campaign.ts';
import { fuzzClient } from './client.ts';
import { openInstallation } from './installation.ts';
import type { OperationReport } from './report.ts';
import { fuzzSettings } from './settings.ts';
import { webhookOperation } from './webhook-cases.ts';

const settings = fuzzSettings();
const PROVIDERS = ['stripe', 'btcpay', 'quickbooks'] as const;
/** Long runs are asked for. */
const TIMEOUT_MS = 24 * 3_600_000;

const reports: OperationReport[] = [];
const client = fuzzClient();
let campaign: Campaign;

beforeAll(async () => {
  campaign = await openCampaign(settings, await openInstallation(), client);
});
afterAll(async () => {
  client.close();
  await campaign?.installation.close();
  if (settings.report !== null)
    await writeFile(settings.report, JSON.stringify({ seed: settings.seed, operations: reports }));
});

const isAsked = (operation: string) => settings.operation === null || settings.operation === operation;

function expectNoFailing(report: OperationReport): void {
  reports.push(report);
  expect(report.failing.slice(0, 10), `${report.failing.length} of ${report.cases} cases fail`).toEqual([]);
}

describe('nonsense at a webhook is answered, stored and worked through', { timeout: TIMEOUT_MS }, () => {
  test.each(PROVIDERS)(
    'each answer of %s is right, in time and by the schema, and what was acknowledged is stored',
    async (provider) => {
      if (!isAsked(webhookOperation(provider))) return;
      const endpoint = campaign.installation.endpoints.find((one) => one.provider === provider)!;
      const before = await arrivals(campaign, provider);
      const report = await fuzzWebhook(campaign, endpoint);
      expectNoFailing(report);
      expect(await arrivals(campaign, provider)).toBe(before + (report.statuses['200'] ?? 0));
    },
  );

  test('no turn fails, and each delivery and event ends with a reason', async () => {
    await workThrough(campaign);
    expect(await unsettled(campaign)).toEqual([]);
    expect(campaign.installation.errors).toEqual([]);
  });

  test('what comes behind the nonsense still reaches the books', async () => {
    const { books } = campaign.installation;
    books.hub.sandbox.stripe.charge({ at: books.clock.at(), amount: 4_242 });
    const { btcpay } = books.hub.sandbox;
    const storeId = btcpay.settings.stores[0]!.id;
    const invoice = btcpay.createInvoice({ at: books.clock.at(), storeId, amount: '53.53' });
    btcpay.pay({ at: books.clock.at(), invoice: invoice.id, confirmed: true });
    await books.work(5);
    const posted = (await books.postings()).filter(({ state }) => state === 'posted').map(({ total }) => total);
    expect(posted).toEqual(expect.arrayContaining([4_242n, 5_353n]));
  });
});

describe('odd requests to the API', { timeout: TIMEOUT_MS }, () => {
  test('are answered right, in time and by the schema, for every operation of the description', async () => {
    const subject = await subjectOf(campaign);
    expect(subject.ids.getPosting?.length).toBeGreaterThan(0);
    for (const operation of campaign.operations.filter(({ id }) => isAsked(id))) {
      reports.push(await fuzzApi(campaign, operation, subject));
    }
    const failing = reports.flatMap((report) => report.failing);
    expect(failing.slice(0, 10), `${failing.length} cases fail`).toEqual([]);
    expect(campaign.installation.errors).toEqual([]);
  });
});
