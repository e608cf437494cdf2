import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENTITY_OF } from '../../src/connectors/quickbooks/entities.ts';
import { registry } from '../../src/connectors/registry.ts';
import type { PairSettings } from '../../src/hub/mapping/index.ts';
import { sql } from '../../src/platform/store/index.ts';
import { type BatchExchange, documentOf, keepBatches } from './batch-traffic.ts';
import { loadCatalogue } from './descriptions.ts';
import type { JsonObject } from './json-reader.ts';
import { type Judge, loadJudge } from './judge.ts';
import { judgedDoor } from './judged-door.ts';
import { failureText } from './judged-fetch.ts';
import { operationUse, useReport } from './operation-use.ts';
import { type ProductRun, startRun } from './product-run.ts';
import { MATCHED_INVOICES, story } from './product-story.ts';
import { JUDGED_PROVIDERS, type JudgedProvider } from './providers.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';

const LENIENT = { taxUnknown: 'none', late: 'accept', partial: 'accept', unmatched: 'sale' } as const;
const MODES = [
  { ...LENIENT, mode: 'deposit', feeDetail: 'transaction' },
  { ...LENIENT, mode: 'invoicing', feeDetail: 'payout' },
] as const satisfies readonly Partial<PairSettings>[];

/** Objects that a webhook makes the hub read by themselves. */
const SINGLE_READS = [
  'GET /v1/invoices/{id}',
  'GET /v1/invoices/{id}/lines',
  'GET /v1/invoice_payments/{id}',
  'GET /v1/checkout/sessions/{id}',
  'GET /v1/payouts/{id}',
  'GET /v1/disputes/{id}',
  'GET /api/v1/stores/{storeId}/invoices/{invoiceId}',
  'GET /api/v1/stores/{storeId}/invoices/{invoiceId}/payment-methods',
];

function declaredBy(provider: JudgedProvider): readonly string[] {
  return (provider === 'quickbooks' ? registry.ledger(provider) : registry.source(provider)).operations;
}

describeConformance('a month through the product, every message judged', () => {
  const door = judgedDoor();
  const batches: BatchExchange[] = [];

  describe.each(MODES)('in $mode mode with fees per $feeDetail', (settings) => {
    let run: ProductRun;
    const count = async (condition: ReturnType<typeof sql>) => {
      const [found] = await run.query(sql<{ n: bigint }>`select count(*) as n from ${condition}`);
      return Number(found?.n);
    };

    beforeAll(async () => {
      run = await startRun((fetch) => keepBatches(batches, door.through(fetch)));
      story.before(run, { invoicing: settings.mode === 'invoicing' });
      await story.month(run, settings);
      await story.live(run);
      await story.old(run);
      await story.removal(run);
      await story.closedPeriod(run);
      // Writes the rest of the call log.
      await run.hub.doors.transport.close();
    });
    afterAll(() => run.hub.close());

    test('answers that were lost are looked up, and everything is in the books once', async () => {
      const { documents, trialBalanceDifference } = run.hub.sandbox.quickbooks.ledger();
      expect(await count(sql`postings where adopted`)).toBeGreaterThan(0);
      expect(await count(sql`postings where state not in ('posted', 'voided') and not held`)).toBe(0);
      expect(await count(sql`postings where state = 'posted'`)).toBe(documents.length - MATCHED_INVOICES);
      expect(trialBalanceDifference).toBe(0);
    });

    test('every webhook is heard', async () => {
      const { providers } = registry;
      for (const { provider } of providers) {
        expect(
          await count(sql`events e join connections c on c.id = e.connection_id
          where c.provider = ${provider} and e.state = 'done'`),
        ).toBeGreaterThan(0);
      }
      expect(await count(sql`events where state not in ('done', 'ignored')`)).toBe(0);
      expect(run.hub.sandbox.sender.counts()).toMatchObject({ refused: 0, abandoned: 0 });
    });

    test('what is not wanted any more is removed, and nothing enters a closed period', async () => {
      expect(await count(sql`postings where state = 'voided' and document_id is not null`)).toBe(1);
      expect(await count(sql`postings where held and reason_code = 'ledger.closed_period'`)).toBeGreaterThan(1);
      expect(await count(sql`attempts where error_code = 'ledger.closed_period'`)).toBeGreaterThan(0);
    });

    test('every call is labelled with the operation that it is', async () => {
      const calls = await run.query(
        sql<{ provider: JudgedProvider; operation: string; path: string }>`
        select distinct provider, operation, split_part(path, '?', 1) as path
        from calls join connections on connections.id = calls.connection_id`,
      );
      expect(calls.length).toBeGreaterThan(0);
      for (const { provider, operation, path } of calls) {
        const { find } = loadCatalogue(provider, requiredSharedFolder());
        const match = find(operation.split(' ', 1)[0]!, path.slice(provider.length + 1));
        expect([path, match?.route.target.name]).toEqual([path, operation]);
      }
    });
  });

  test('every request and every answer conforms', () => {
    expect(failureText(door.failures())).toBe('');
  });

  test.each(JUDGED_PROVIDERS)('nothing but what its connector declares is called at %s', (provider) => {
    const judge = door.judges[provider];
    console.info(useReport(declaredBy(provider), judge));
    expect(judge.operationsUsed()).not.toEqual([]);
    expect(operationUse(declaredBy(provider), judge).undeclared).toEqual([]);
  });

  test('whatever a webhook makes the hub read by itself has been read and judged', () => {
    const used = JUDGED_PROVIDERS.flatMap((provider) => door.judges[provider].operationsUsed());
    expect(used.map(({ operation }) => operation)).toEqual(expect.arrayContaining(SINGLE_READS));
  });

  test('a document inside a batch is judged as strictly as one by itself', () => {
    const judge = loadJudge('quickbooks');
    const kinds = new Set<string>();
    for (const { url, request, answer } of batches) {
      for (const [index, item] of request.BatchItemRequest.entries()) {
        const [name, document] = documentOf(item);
        if (kinds.has(name)) continue;
        kinds.add(name);
        const wrong = { ...item, [name]: { ...document, Colour: 'red' } };
        const body = JSON.stringify({ BatchItemRequest: request.BatchItemRequest.with(index, wrong) });
        const sent = { method: 'POST', url, headers: { 'content-type': 'application/json' }, body };
        expect(judge.judgeRequest(sent).errors).toEqual([
          `body $.BatchItemRequest[${index}].${name}: Colour is not described`,
        ]);
        expect(answerErrors(judge, answer.BatchItemResponse, index)).toEqual([
          `body $.BatchItemResponse[${index}].${name}.Id: must be string`,
        ]);
      }
    }
    expect([...kinds].sort()).toEqual([...new Set<string>(Object.values(ENTITY_OF))].sort());
  });
});

/** What the judge says when the id of one document of a batch's answer comes as a number. */
function answerErrors(judge: Judge, items: readonly JsonObject[], index: number): readonly string[] {
  const [name, document] = documentOf(items[index]!);
  const wrong = { ...items[index], [name]: { ...document, Id: 145 } };
  const body = JSON.stringify({ BatchItemResponse: items.with(index, wrong) });
  const operation = 'POST /v3/company/{realmId}/batch';
  return judge.judgeResponse({ operation, status: 200, headers: { 'content-type': 'application/json' }, body }).errors;
}
