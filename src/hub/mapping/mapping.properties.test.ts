import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText, oddValue } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import { proposeRoles } from './roles.ts';
import { readSettings } from './settings.ts';

const chosen = fc.record(
  {
    mode: fc.constantFrom('deposit', 'invoicing'),
    feeDetail: fc.constantFrom('transaction', 'payout'),
    taxUnknown: fc.constantFrom('none', 'hold'),
    unmatched: fc.constantFrom('hold', 'sale'),
    partial: fc.constantFrom('hold', 'accept'),
    late: fc.constantFrom('hold', 'accept'),
    bitcoinValue: fc.constantFrom('invoice_rate', 'market'),
    dust_minor: fc.integer({ min: 0, max: 10_000 }),
    closedPeriod: fc.constantFrom('hold', 'first_open_day'),
  },
  { requiredKeys: [] },
);
const NAMES = Object.keys(readSettings({}));
const proposal = fc.record({
  provider: fc.constantFrom('stripe', 'btcpay', 'square'),
  providerName: fc.string({ minLength: 1, maxLength: 20 }),
  currencies: fc.uniqueArray(fc.constantFrom('USD', 'EUR', 'GBP', 'JPY', 'BTC'), { minLength: 1 }),
});

property('mapping: settings read once are read the same again, and keep what was chosen', [chosen], (given) => {
  const settings = readSettings(given);
  expect(settings).toMatchObject(given);
  expect(readSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  expect(Object.keys(settings).toSorted()).toEqual(NAMES.toSorted());
});

property(
  'mapping: a setting with a value that does not exist is refused by its name',
  [chosen, fc.constantFrom(...NAMES), oddText],
  (given, name, value) => {
    try {
      readSettings({ ...given, [name]: value });
      throw new Error(`${name} took ${JSON.stringify(value)}`);
    } catch (error) {
      expect(isCounterfoilError(error) && error.code === 'config.invalid' && error.message.includes(name)).toBe(true);
    }
  },
);

property(
  'mapping: settings of any form are read or refused, and nothing unknown gets in',
  [fc.oneof(oddValue, fc.dictionary(oddText, oddValue))],
  (value) => {
    try {
      expect(Object.keys(readSettings(value)).toSorted()).toEqual(NAMES.toSorted());
    } catch (error) {
      expect(error).toMatchObject({ code: 'config.invalid' });
    }
  },
);

property('mapping: every role is proposed once, and after the role it rests on', [proposal], (input) => {
  const roles = proposeRoles(input);
  expect(new Set(roles.map(({ role }) => role)).size).toBe(roles.length);
  const seen = new Set<string>();
  for (const one of roles) {
    if ('incomeRole' in one && one.incomeRole !== undefined) expect(seen.has(one.incomeRole)).toBe(true);
    seen.add(one.role);
  }
});

property(
  'mapping: each currency of a processor has a clearing account of its own, with a name of its own',
  [proposal],
  (input) => {
    const accounts = proposeRoles(input).filter((one) => one.kind === 'account');
    expect(new Set(accounts.map(({ name }) => name)).size).toBe(accounts.length);
    const clearing = accounts
      .filter(({ role }) => role.startsWith('CLR:'))
      .map(({ role, currency }) => [role, currency]);
    const wanted = input.provider === 'btcpay' ? [] : input.currencies.map((code) => [`CLR:${code}`, code]);
    expect(clearing).toEqual(wanted);
  },
);
