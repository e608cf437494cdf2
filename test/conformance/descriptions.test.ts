import { expect, test } from 'vitest';
import { btcpayCatalogue, catalogueOf } from './descriptions.ts';
import type { Description } from './openapi.ts';

const INVOICE = '/api/v1/stores/{storeId}/invoices/{invoiceId}';
const WEBHOOKS = '/api/v1/stores/{storeId}/webhooks';
const INVOICES = '/api/v1/stores/{storeId}/invoices';
const PAYOUT = '/api/v1/stores/{storeId}/payouts/{payoutId}';

/** A description whose every operation is told apart by the one status it describes. */
function description(status: string, ...templates: readonly string[]): Description {
  const operation = { get: { responses: { [status]: {} } } };
  return {
    info: { title: 'made up', version: status },
    paths: Object.fromEntries(templates.map((template) => [template, operation])),
    components: { schemas: {} },
  };
}

const both = btcpayCatalogue(
  catalogueOf(description('201', INVOICE, WEBHOOKS, INVOICES, PAYOUT)),
  catalogueOf(description('202', INVOICE, WEBHOOKS, INVOICES, '/api/v1/invoices/{invoiceId}')),
);

test.each([
  ['/api/v1/stores/s1/invoices/i1', INVOICE, 201],
  ['/api/v1/stores/s1/webhooks', WEBHOOKS, 201],
  ['/api/v1/stores/s1/invoices', INVOICES, 202],
  ['/api/v1/invoices/i1', '/api/v1/invoices/{invoiceId}', 202],
  ['/api/v1/stores/s1/payouts/p1', PAYOUT, 201],
])('%s goes by the right version, as a request and by name', (path, template, status) => {
  expect(both.find('GET', path)?.route.target.response(status)).toBeDefined();
  expect(both.operations.get(`GET ${template}`)?.response(status)).toBeDefined();
});

test('a store-scoped call that only the newer version has is unknown', () => {
  const catalogue = btcpayCatalogue(catalogueOf(description('201')), catalogueOf(description('202', INVOICE)));
  expect(catalogue.find('GET', '/api/v1/stores/s1/invoices/i1')).toBeUndefined();
});
