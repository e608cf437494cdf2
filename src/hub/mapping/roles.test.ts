import { describe, expect, test } from 'vitest';
import {
  bitcoin,
  charge,
  disputeOpened,
  feePart,
  payout,
  refundFailed,
  reserve,
  usd,
} from '../posting/plan/fixtures/facts.ts';
import { inputOf } from '../posting/plan/fixtures/input.ts';
import { plan } from '../posting/plan/index.ts';
import { proposeRoles, type Role } from './roles.ts';

const STRIPE = { provider: 'stripe', providerName: 'Stripe', currencies: ['USD', 'EUR'] };
const BTCPAY = { provider: 'btcpay', providerName: 'BTCPay', currencies: ['USD'] };

describe('the roles that are proposed for a source', () => {
  test('a processor gets one clearing account for each currency, as a bank account', () => {
    const clearing = proposeRoles(STRIPE).filter(({ role }) => role.startsWith('CLR:'));
    expect(clearing).toEqual([
      { role: 'CLR:USD', kind: 'account', type: 'bank', name: 'Stripe clearing USD', currency: 'USD' },
      { role: 'CLR:EUR', kind: 'account', type: 'bank', name: 'Stripe clearing EUR', currency: 'EUR' },
    ]);
  });

  test('a bitcoin store gets a wallet account for each wallet, and no clearing account or vendor', () => {
    const roles = proposeRoles(BTCPAY).map(({ role }) => role);
    expect(roles).toEqual(
      expect.arrayContaining(['BTC:on_chain', 'BTC:lightning', 'CRYPTO_SETTLE', 'SALES', 'DEPOSITS']),
    );
    expect(roles.filter((role) => role.startsWith('CLR:') || role === 'VENDOR')).toEqual([]);
  });

  test.each([STRIPE, BTCPAY])('no role and no name comes twice for $providerName', (input) => {
    const proposed = proposeRoles(input);
    expect(new Set(proposed.map(({ role }) => role)).size).toBe(proposed.length);
    const named = proposed.map(({ kind, name }) => `${kind} ${name}`);
    expect(new Set(named).size).toBe(proposed.length);
  });

  test.each([STRIPE, BTCPAY])('items of $providerName come after the accounts of their income', (input) => {
    const proposed = proposeRoles(input);
    proposed.forEach((one, i) => {
      if (one.kind !== 'account' && one.incomeRole !== undefined)
        expect(proposed.slice(0, i).map(({ role }) => role)).toContain(one.incomeRole);
    });
  });

  test('with them everything that a processor does can be posted', () => {
    const known = new Set<Role>(proposeRoles(STRIPE).map(({ role }) => role));
    const fees = (['processing', 'dispute', 'payout', 'tax'] as const).map((role) => feePart('1.00', role));
    const happens = [
      charge('108.25', { tax: usd('8.25'), fees }),
      refundFailed('1.00'),
      disputeOpened('54.13', fees),
      reserve('-5.00'),
      payout('1.00', { itemised: false, fees }),
    ];
    for (const fact of happens)
      expect(plan(inputOf(fact, { roles: (role) => (known.has(role) ? role : null) })).kind).toBe('post');
  });

  test('with them everything that a bitcoin store does can be posted', () => {
    const known = new Set<Role>(proposeRoles(BTCPAY).map(({ role }) => role));
    const settings = { bitcoinValue: 'market' };
    const context = { marketRate: '50200' };
    const happens = [
      bitcoin('135.50', { exception: 'over' }),
      bitcoin('125.53', { exception: 'over' }),
      bitcoin('40.00', { status: 'expired', exception: 'partial' }, { wallet: 'lightning' }),
    ];
    for (const fact of happens)
      expect(plan(inputOf(fact, { settings, context, roles: (role) => (known.has(role) ? role : null) })).kind).toBe(
        'post',
      );
  });
});
