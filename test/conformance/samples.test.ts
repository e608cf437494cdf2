import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadJudge } from './judge.ts';
import type { EventSample, RequestSample, Sample, WebhookSample } from './sample.ts';
import { allSamples, providerSamples } from './samples.ts';
import { describeConformance } from './shared-folder.ts';

function ofKind<K extends Sample['kind']>(samples: readonly Sample[], kind: K): Extract<Sample, { kind: K }>[] {
  return samples.filter((sample): sample is Extract<Sample, { kind: K }> => sample.kind === kind);
}

/** The signature a delivery should carry, worked out from its key. */
function signatures({ provider, key, body, headers }: WebhookSample): string[] {
  const hmac = (text: string) => createHmac('sha256', key).update(text, 'utf8');
  if (provider === 'quickbooks') return [headers['intuit-signature'] ?? '', hmac(body).digest('base64')];
  if (provider === 'btcpay') return [headers['btcpay-sig'] ?? '', `sha256=${hmac(body).digest('hex')}`];
  const header = headers['stripe-signature'] ?? '';
  const time = /t=(\d+)/.exec(header)?.[1] ?? '';
  const expected = hmac(`${time}.${body}`).digest('hex');
  return [header.includes(`v1=${expected}`) ? expected : header, expected];
}

describeConformance('public samples', () => {
  const samples = allSamples();
  const webhooks = ofKind(samples, 'webhook');

  test('each has a source of its own, except the events of one trigger', () => {
    const others = samples.filter(({ kind }) => kind !== 'event').map(({ source }) => source);
    expect(new Set(others).size).toBe(others.length);
  });

  test('all resources, triggers and deliveries of the three providers are there', () => {
    const count = (provider: Sample['provider'], kind: Sample['kind']) =>
      ofKind(providerSamples(provider), kind).length;
    expect(count('stripe', 'object')).toBe(25);
    expect(new Set(ofKind(samples, 'request').map(({ sequence }) => sequence)).size).toBe(47);
    expect(count('stripe', 'event')).toBe(47 + 2);
    expect(count('stripe', 'webhook')).toBe(1 + 8);
    expect(count('btcpay', 'webhook')).toBe(1 + 6);
    expect(count('quickbooks', 'webhook')).toBe(2 + 6);
    expect(count('quickbooks', 'object')).toBe(6);
  });

  test('the requests of a sequence are in order and name their steps', () => {
    const steps = ofKind(samples, 'request').filter(({ sequence }) => sequence === 'invoice.paid');
    const shape = ({ step, name, method }: RequestSample) => `${step} ${method} ${name}`;
    expect(steps.map(shape)).toEqual([
      '0 POST customer',
      '1 POST payment_method',
      '2 POST invoiceitem',
      '3 POST invoice',
      '4 POST invoice_pay',
    ]);
    expect(steps[4]?.path).toMatch(/^\/v1\/invoices\/\$\{invoice:id\}\/pay$/);
  });

  test('every event is an event by the description, around a resource of its own kind', () => {
    const judge = loadJudge('stripe');
    const read = { operation: 'GET /v1/events/{id}', status: 200, headers: { 'content-type': 'application/json' } };
    for (const { body } of ofKind(samples, 'event')) {
      expect(judge.judgeResponse({ ...read, body: JSON.stringify(body) }).errors).toEqual([]);
    }
    const carried = (type: string) => eventObject(ofKind(samples, 'event').find((event) => event.type === type));
    expect(carried('invoice.payment_succeeded')).toBe('invoice');
    expect(carried('checkout.session.completed')).toBe('checkout.session');
    expect(carried('charge.dispute.closed')).toBe('dispute');
    expect(carried('charge.refund.updated')).toBe('refund');
    expect(carried('charge.refunded')).toBe('charge');
    expect(carried('cash_balance.funds_available')).toBe('cash_balance');
  });

  test('only the cash balance, which nobody recorded, is made up', () => {
    const madeUp = ofKind(samples, 'event').filter(({ resource }) => resource === 'made-up');
    expect(madeUp.map(({ type }) => type)).toEqual([
      'cash_balance.funds_available',
      'customer_cash_balance_transaction.created',
    ]);
  });

  test.each(webhooks.filter(({ valid }) => valid))('the delivery $name carries the signature of its body', (sample) => {
    const [given, expected] = signatures(sample);
    expect(given).toBe(expected);
  });

  test.each(webhooks.filter(({ bodySha256 }) => bodySha256 !== undefined))(
    'the body of $name arrived byte for byte',
    ({ body, bodySha256 }) => {
      expect(createHash('sha256').update(body, 'utf8').digest('hex')).toBe(bodySha256);
    },
  );
});

function eventObject(event: EventSample | undefined): unknown {
  const data = event?.body.data as { object?: { object?: unknown } } | undefined;
  return data?.object?.object;
}
