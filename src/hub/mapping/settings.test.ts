import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { readSettings } from './settings.ts';

describe('the settings of a pair', () => {
  test('nothing chosen means the careful defaults', () => {
    expect(readSettings({})).toEqual({
      mode: 'deposit',
      feeDetail: 'transaction',
      taxUnknown: 'hold',
      unmatched: 'hold',
      partial: 'hold',
      late: 'hold',
      bitcoinValue: 'invoice_rate',
      dust_minor: 5,
      closedPeriod: 'hold',
    });
  });

  test('what is chosen is kept', () => {
    const chosen = { mode: 'invoicing', dust_minor: 0, closedPeriod: 'first_open_day' };
    expect(readSettings(chosen)).toMatchObject(chosen);
  });

  test.each([
    ['an unknown setting', { feeDetails: 'payout' }, /feeDetails/],
    ['an unknown choice', { mode: 'accrual' }, /mode/],
    ['a dust limit with decimals', { dust_minor: 0.5 }, /dust_minor/],
    ['a dust limit below nothing', { dust_minor: -1 }, /dust_minor/],
    ['a dust limit that is no dust', { dust_minor: 10_001 }, /dust_minor/],
    ['no settings at all', null, /\(settings\)/],
  ])('%s is refused by its name', (_, value, name) => {
    expect(() => readSettings(value)).toThrow(name);
    expect(() => readSettings(value)).toThrow(CounterfoilError);
  });

  test('every wrong field is named at once', () => {
    expect(() => readSettings({ mode: 'x', late: 'y' })).toThrow(/mode.*late/);
  });
});
