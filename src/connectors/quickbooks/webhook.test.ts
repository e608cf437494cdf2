import { describe, expect, test } from 'vitest';
import { base64, hex, hmacSha256 } from '../../kernel/digest.ts';
import { changed, webhook } from './webhook.ts';

const SECRET = 'verifier-sandbox-1';
const REALM = '9130350000000001';

const change = (fields: object) => ({ id: '145', lastUpdated: '2026-11-20T10:15:30.000Z', ...fields });
const legacy = (...entities: object[]) => ({ eventNotifications: [{ realmId: REALM, dataChangeEvent: { entities } }] });
const cloud = (type: string, fields: object = {}) => ({
  specversion: '1.0',
  id: `event of ${type}`,
  type,
  time: '2026-11-20T10:15:30.179851517Z',
  intuitentityid: '145',
  intuitaccountid: REALM,
  ...fields,
});

function delivery(body: unknown, headers?: Record<string, string>) {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    body: bytes,
    headers: headers ?? { 'intuit-signature': base64(hmacSha256(SECRET, bytes)) },
    url: 'https://hub.example.com/webhooks/x',
  };
}

const parse = (body: unknown) => webhook.parse(delivery(body));

describe('the signature', () => {
  const good = delivery(legacy(change({ name: 'Invoice', operation: 'Update' })));

  test('is accepted with any of several verifier tokens, at any time', () => {
    expect(webhook.verify(good, [SECRET], 0)).toEqual({ ok: true });
    expect(webhook.verify(good, ['verifier-sandbox-2', SECRET], 9e12)).toEqual({ ok: true });
  });

  test.each([
    ['another token', good, ['verifier-sandbox-2']],
    ['no token', good, []],
    ['the empty token', delivery('{}', { 'intuit-signature': base64(hmacSha256('', '{}')) }), ['']],
    ['no header', delivery('{}', {}), [SECRET]],
    ['a hexadecimal signature', delivery('{}', { 'intuit-signature': hex(hmacSha256(SECRET, '{}')) }), [SECRET]],
    ['other bytes of the same value', { ...good, body: delivery('{ }').body }, [SECRET]],
  ] as const)('is refused with 401: %s', (_what, refused, secrets) => {
    expect(webhook.verify(refused, secrets, 0)).toEqual({ ok: false, code: 'webhook.bad_signature', status: 401 });
  });
});

describe('the older format', () => {
  test('gives one event for each change, with its company', () => {
    const body = {
      eventNotifications: [
        ...legacy(
          change({ name: 'Invoice', operation: 'Update' }),
          change({ name: 'Customer', id: '58', operation: 'Merge', deletedId: '61' }),
        ).eventNotifications,
        { realmId: '2', dataChangeEvent: { entities: [change({ name: 'Payment', id: '77', operation: 'Delete' })] } },
      ],
    };
    expect(parse(body)).toEqual([
      {
        dedupeKey: `${REALM}/Invoice/145/Update/2026-11-20T10:15:30.000Z`,
        type: 'invoice.updated',
        occurredAt: Date.UTC(2026, 10, 20, 10, 15, 30),
        accountId: REALM,
        touches: [{ stream: 'invoice', externalId: '145' }],
        wakes: [],
        ignoredBecause: null,
      },
      {
        dedupeKey: `${REALM}/Customer/58/61/Merge/2026-11-20T10:15:30.000Z`,
        type: 'customer.merged',
        occurredAt: Date.UTC(2026, 10, 20, 10, 15, 30),
        accountId: REALM,
        touches: [
          { stream: 'customer', externalId: '58' },
          { stream: 'customer', externalId: '61' },
        ],
        wakes: [],
        ignoredBecause: null,
      },
      expect.objectContaining({ type: 'payment.deleted', accountId: '2' }),
    ]);
  });

  test('has no key for the delivery: its hash serves', () => {
    expect(webhook.dedupeKey(delivery(legacy(change({ name: 'Invoice', operation: 'Update' }))))).toBeNull();
  });

  test('gives equal keys for the same change in another delivery, others for another change', () => {
    const keyOf = (fields: object) =>
      parse(legacy(change({ name: 'Invoice', operation: 'Update', ...fields })))[0]?.dedupeKey;
    expect(keyOf({})).toBe(keyOf({}));
    expect(
      new Set([keyOf({}), keyOf({ id: '146' }), keyOf({ operation: 'Void' }), keyOf({ lastUpdated: 'x' })]).size,
    ).toBe(4);
  });
});

describe('the current format', () => {
  test('gives one event for each element, under its own id', () => {
    const events = parse([
      cloud('qbo.invoice.updated.v1', { id: 'a', data: {} }),
      cloud('qbo.payment.deleted.v1', { id: 'b', intuitaccountid: '2', intuitentityid: '77', time: undefined }),
    ]);
    expect(events).toMatchObject([
      {
        dedupeKey: 'a',
        type: 'invoice.updated',
        accountId: REALM,
        occurredAt: Date.UTC(2026, 10, 20, 10, 15, 30, 179),
      },
      { dedupeKey: 'b', type: 'payment.deleted', accountId: '2', occurredAt: null },
    ]);
  });

  test.each([
    ['qbo.creditmemo.voided.v1', 'creditmemo.voided', 'credit_memo'],
    ['qbo.credit_memo.void.v1', 'creditmemo.voided', 'credit_memo'],
    ['qbo.Sales-Receipt.Created.v1', 'salesreceipt.created', 'sales_receipt'],
    ['qbo.journal_entry.deleted.v2', 'journalentry.deleted', 'journal_entry'],
    ['qbo.purchase.updated.v1', 'purchase.updated', 'expense'],
  ] as const)('%s is read whatever its spelling', (type, expected, kind) => {
    const [event] = parse([cloud(type)]);
    expect(event).toMatchObject({ type: expected, ignoredBecause: null });
    expect(event && changed(event)).toEqual([{ kind, documentId: '145' }]);
  });

  test.each([
    ['an entity that we do not know', cloud('qbo.spaceship.created.v1'), 'unknown entity spaceship'],
    ['an entity that we do not use', cloud('qbo.timeactivity.created.v1'), 'timeactivity is not used'],
    ['an operation that we do not know', cloud('qbo.invoice.painted.v1'), 'unknown operation painted'],
    ['a document that was sent', cloud('qbo.invoice.emailed.v1'), 'sending a document changes no amount'],
    [
      'an event without a company',
      cloud('qbo.invoice.updated.v1', { intuitaccountid: undefined }),
      'the event names no company',
    ],
    [
      'an event without an object',
      cloud('qbo.invoice.updated.v1', { intuitentityid: '' }),
      'the event names no object',
    ],
    ['a type of another kind', cloud('com.example.thing'), 'unknown entity com.example.thing'],
    ['an element that is no event', 7, 'unknown entity unknown'],
  ])('%s is ignored with a reason, and its neighbour is not', (_what, odd, reason) => {
    const [first, second] = parse([odd, cloud('qbo.invoice.updated.v1')]);
    expect(first).toMatchObject({ ignoredBecause: reason, touches: [] });
    expect(second).toMatchObject({ ignoredBecause: null, touches: [{ stream: 'invoice', externalId: '145' }] });
  });

  test('100 events of two companies are 100 events', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      cloud('qbo.payment.created.v1', { id: `e${i}`, intuitaccountid: `${i % 2}`, intuitentityid: `${i}` }),
    );
    const events = parse(many);
    expect(new Set(events.map(({ dedupeKey }) => dedupeKey)).size).toBe(100);
    expect(events.filter(({ accountId }) => accountId === '1')).toHaveLength(50);
  });

  test('the key of a delivery is that of its events, in whatever bytes they come', () => {
    const events = [cloud('qbo.invoice.updated.v1', { id: 'a' }), cloud('qbo.invoice.voided.v1', { id: 'b' })];
    const key = webhook.dedupeKey(delivery(events));
    expect(key).toBe(webhook.dedupeKey(delivery(JSON.stringify(events, null, 2))));
    expect(key).not.toBe(webhook.dedupeKey(delivery(events.slice(0, 1))));
    expect(webhook.dedupeKey(delivery([{ ...events[0], id: undefined }]))).toBeNull();
    expect(webhook.dedupeKey(delivery('{cut'))).toBeNull();
  });
});

describe('what is read of a change', () => {
  test('settings and lists wake nothing that posts', () => {
    const [event] = parse([cloud('qbo.preferences.updated.v1')]);
    expect(event).toMatchObject({ touches: [{ stream: 'preferences', externalId: '145' }], ignoredBecause: null });
    expect(event && changed(event)).toEqual([]);
  });

  test.each(['', '   ', '{"eventNot', 'null', '7', '{}', '[1,2]', '[{"type":"qbo.invoice.updated.v1"}]', '<xml/>'])(
    'a signed body that is no notification is unparsable: %s',
    (body) => {
      expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'webhook.unparsable' }));
    },
  );

  test('a body that is not UTF-8 is unparsable', () => {
    const bytes = { ...delivery('{}'), body: new Uint8Array([0x22, 0xff, 0x22]) };
    expect(() => webhook.parse(bytes)).toThrow(expect.objectContaining({ code: 'webhook.unparsable' }));
  });

  test('a notification about nothing is read as nothing', () => {
    expect(parse([])).toEqual([]);
    expect(parse({ eventNotifications: [] })).toEqual([]);
    expect(parse({ eventNotifications: [{ realmId: REALM }] })).toEqual([]);
  });
});
