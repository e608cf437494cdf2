import { describe, expect, test } from 'vitest';
import { btcpayPairing } from './pairing.ts';
import { btcpayRegistration } from './registration.ts';

const VIEW = 'btcpay.store.canviewstoresettings';
const INVOICES = 'btcpay.store.canviewinvoices';
const HOOKS = 'btcpay.store.webhooks.canmodifywebhooks';

describe('judging a key', () => {
  const judge = (permissions: readonly string[], stores: readonly string[] = ['a']) =>
    btcpayPairing.key.judge({ apiKey: 'x', label: '', permissions: [...permissions] }, stores);

  test('exactly what is asked for is neither too little nor too much', () => {
    const asked = Object.keys(btcpayPairing.permissions);
    expect(judge(asked)).toEqual({ missing: [], tooMany: [], managesWebhooks: true });
    expect(judge(asked.map((one) => `${one}:a`))).toEqual({ missing: [], tooMany: [], managesWebhooks: true });
  });

  test('what is missing is named with its store', () => {
    expect(judge([`${VIEW}:a`], ['a', 'b']).missing).toEqual([`${VIEW}:b`, `${INVOICES}:b`]);
    expect(judge([INVOICES]).missing).toEqual([`${VIEW}:a`]);
    expect(judge([]).missing).toHaveLength(2);
  });

  test('a policy includes others, and only downwards', () => {
    expect(judge([VIEW])).toEqual({ missing: [], tooMany: [], managesWebhooks: false });
    expect(judge([VIEW, 'btcpay.store.canviewpayouts']).tooMany).toEqual([]);
  });

  test('what nobody needs is named once', () => {
    const wide = [
      'btcpay.store.canmodifystoresettings:a',
      'btcpay.store.canmodifystoresettings:b',
      'btcpay.user.canviewprofile',
    ];
    expect(judge(wide)).toEqual({
      missing: [],
      tooMany: ['btcpay.store.canmodifystoresettings', 'btcpay.user.canviewprofile'],
      managesWebhooks: true,
    });
    expect(judge(['unrestricted'])).toEqual({ missing: [], tooMany: ['unrestricted'], managesWebhooks: true });
  });

  test('webhooks need their permission for every store', () => {
    expect(judge([VIEW, `${HOOKS}:a`], ['a', 'b']).managesWebhooks).toBe(false);
  });

  test.each([null, {}, { permissions: null }, { permissions: [1] }, []])('%j tells nothing of a key', (body) => {
    expect(() => btcpayPairing.key.judge(body, ['a'])).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
  });
});

describe('the page', () => {
  test.each([
    ['https://shop.example.com', true],
    ['http://umbrel.local:3003', true],
    ['http://abc.onion', true],
    ['http://shop.example.com', false],
  ])('at %s opens: %s', (server, opens) => {
    expect(btcpayPairing.pageRefusal(server) === null).toBe(opens);
  });

  test('keeps the path below which a server answers', () => {
    const page = btcpayPairing.authorizePage('https://example.com/btcpay', 'https://hub.example.com/back?state=1&x=2');
    expect(page).toMatch(/^https:\/\/example\.com\/btcpay\/api-keys\/authorize\?/);
    expect(new URL(page).searchParams.get('redirect')).toBe('https://hub.example.com/back?state=1&x=2');
  });
});

test.each([
  ['apiKey=0123456789abcdef', '0123456789abcdef'],
  ['apiKey=', null],
  ['apiKey=short', null],
  ['apikey=0123456789abcdef', null],
  ['apiKey=0123456789abcdef&apiKey=0123456789abcdef', null],
  ['apiKey=0123456789abcdef%0A', null],
  ['apiKey=0123456789abcdef%20x', null],
  ['', null],
])('the form %j holds the key %j', (form, key) => {
  expect(btcpayPairing.readGrant(new URLSearchParams(form))).toBe(key);
});

describe('a registration that is looked at', () => {
  const { find, change } = btcpayRegistration.upkeep!;
  const whole = JSON.parse(btcpayRegistration.create('s', 'https://hub.example.com/x', 'secret').body!.text);

  test('is whole as it was created, and with everything; not when it lacks anything', () => {
    const entry = (more: object) => [{ id: 'other' }, { ...whole, id: 'w', ...more }];
    const isWhole = (more: object) => find(entry(more) as never, 'w')?.isWhole;
    expect(isWhole({})).toBe(true);
    expect(isWhole({ authorizedEvents: { everything: true, specificEvents: [] } })).toBe(true);
    expect(isWhole({ enabled: false })).toBe(false);
    expect(isWhole({ automaticRedelivery: false })).toBe(false);
    expect(isWhole({ authorizedEvents: { everything: false, specificEvents: ['InvoiceSettled'] } })).toBe(false);
    expect(isWhole({ authorizedEvents: null })).toBe(false);
    expect(find(entry({}) as never, 'nobody')).toBeNull();
    expect(find('nonsense', 'w')).toBeNull();
  });

  test('is changed with every field, and a secret only when there is a new one', () => {
    const sent = (secret: string | null) => JSON.parse(change('s', 'w', whole.url, secret).body!.text);
    expect(sent('secret')).toEqual(whole);
    const { secret: _secret, ...rest } = whole;
    expect(sent(null)).toEqual(rest);
  });
});
