import { describe, expect, test } from 'vitest';
import { cloudEventsBody, legacyBody } from '../index.ts';
import { bench, REALM } from '../support.ts';

const line = { Amount: 10, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} };

describe('change notices', () => {
  test('tell every change of any origin once, with what a payment touched', async () => {
    const b = bench();
    expect(b.qbo.events()).toEqual([]);
    const customer = await b.make('Customer', { DisplayName: 'Ada' });
    const invoice = await b.make('Invoice', { CustomerRef: { value: customer.Id }, Line: [line] });
    await b.make('Payment', {
      CustomerRef: { value: customer.Id },
      TotalAmt: 10,
      Line: [{ Amount: 10, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
    });
    b.qbo.humanVoid('Invoice', invoice.Id);
    b.qbo.humanDelete('Payment', '2');
    await b.post('salesreceipt', { Line: [] });
    const told = b.qbo.events().map((notice) => `${notice.entity} ${notice.operation}`);
    expect(told).toEqual([
      'Customer Create',
      'Invoice Create',
      'Payment Create',
      'Invoice Update',
      'Payment Update',
      'Invoice Update',
      'Invoice Void',
      'Payment Delete',
    ]);
  });

  test('are taken once, a request’s worth at a time', () => {
    const b = bench();
    for (let number = 0; number < 130; number += 1) b.qbo.humanCreate('Customer', { DisplayName: `C${number}` });
    const first = b.qbo.takeEvents();
    expect([first.length, b.qbo.takeEvents().length, b.qbo.takeEvents().length]).toEqual([100, 30, 0]);
    expect(new Set(first.map((notice) => notice.id)).size).toBe(100);
    expect(b.qbo.events(0)).toEqual([]);
  });

  test('say nothing about entities without notifications, and name preferences', () => {
    const b = bench({ foreignCurrencies: ['EUR'] });
    b.qbo.humanCreate('CompanyCurrency', { Code: 'GBP', Name: 'Pound' });
    b.qbo.setClosingDate('2026-01-31');
    expect(b.qbo.events().map((notice) => notice.entity)).toEqual(['Preferences']);
  });
});

describe('bodies of webhooks', () => {
  const b = bench();
  b.qbo.humanCreate('Customer', { DisplayName: 'Ada' });
  b.qbo.humanEdit('Customer', '1', { Notes: 'a' });
  b.qbo.humanEdit('Customer', '1', { Notes: 'b' });
  b.qbo.humanCreate('CreditMemo', { CustomerRef: { value: '1' }, Line: [line] });
  b.qbo.humanVoid('CreditMemo', '1');
  const notices = b.qbo.events();

  test('are an array of CloudEvents with nanoseconds, each under its own id', () => {
    const events = JSON.parse(cloudEventsBody(notices, { source: 'intuit.x' }));
    expect(events[0]).toEqual({
      specversion: '1.0',
      id: notices[0]!.id,
      source: 'intuit.x',
      type: 'qbo.customer.created.v1',
      datacontenttype: 'application/json',
      time: expect.stringMatching(/^2026-11-20T10:00:00\.000\d{6}Z$/),
      intuitentityid: '1',
      intuitaccountid: REALM,
      data: {},
    });
    expect(new Set(events.map((event: { time: string }) => event.time)).size).toBe(events.length);
    expect(events.at(-1).type).toBe('qbo.creditmemo.voided.v1');
    const odd = JSON.parse(cloudEventsBody(notices, { spelling: { voided: 'void', underscores: true } }));
    expect(odd.at(-1).type).toBe('qbo.credit_memo.void.v1');
  });

  test('of the older format gather changes by company and tell a repeated one once', () => {
    const { eventNotifications } = JSON.parse(legacyBody(notices));
    expect(eventNotifications).toHaveLength(1);
    expect(eventNotifications[0].realmId).toBe(REALM);
    expect(eventNotifications[0].dataChangeEvent.entities).toEqual([
      { name: 'Customer', id: '1', operation: 'Create', lastUpdated: '2026-11-20T10:00:00.000Z' },
      { name: 'Customer', id: '1', operation: 'Update', lastUpdated: '2026-11-20T10:00:00.000Z' },
      { name: 'CreditMemo', id: '1', operation: 'Create', lastUpdated: '2026-11-20T10:00:00.000Z' },
      { name: 'CreditMemo', id: '1', operation: 'Void', lastUpdated: '2026-11-20T10:00:00.000Z' },
    ]);
  });
});
