import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import { company } from './company.ts';
import { COMPANY_ID } from './fixtures/items.ts';

const INFO = { CompanyInfo: { CompanyName: 'Acme LLC', Country: 'US', DefaultTimeZone: 'America/Los_Angeles' } };
const PREFERENCES = {
  CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: 'CAD' } },
  AccountingInfoPrefs: { BookCloseDate: '2026-09-30' },
  SalesFormsPrefs: { CustomTxnNumbers: true },
};

const read = (preferences: Json, info: Json = INFO) =>
  company.read(COMPANY_ID, [info, { QueryResponse: { Preferences: [preferences] } }]);

describe('the company', () => {
  test('is read by two described operations', () => {
    expect(company.requests(COMPANY_ID)).toMatchObject([
      {
        method: 'GET',
        path: '/v3/company/9130350000000001/companyinfo/9130350000000001',
        operation: 'GET /v3/company/{realmId}/companyinfo/{id}',
      },
      {
        method: 'GET',
        path: '/v3/company/9130350000000001/query',
        query: [
          ['minorversion', '75'],
          ['query', 'SELECT * FROM Preferences'],
        ],
      },
    ]);
  });

  test('says what decides how we write', () => {
    expect(read(PREFERENCES)).toEqual({
      companyId: COMPANY_ID,
      name: 'Acme LLC',
      homeCurrency: 'CAD',
      multiCurrency: true,
      closedThrough: '2026-09-30',
      enforcesNumbers: true,
      timeZone: 'America/Los_Angeles',
    });
  });

  test('promises less where a group of preferences is missing', () => {
    expect(read({}, { CompanyInfo: { Country: 'US' } })).toEqual({
      companyId: COMPANY_ID,
      name: COMPANY_ID,
      homeCurrency: 'USD',
      multiCurrency: false,
      closedThrough: null,
      enforcesNumbers: false,
      timeZone: null,
    });
  });

  test('ignores a closing date and a time zone that are none', () => {
    const odd = { ...PREFERENCES, AccountingInfoPrefs: { BookCloseDate: 'never' } };
    expect(read(odd, { CompanyInfo: { DefaultTimeZone: 'Mars/Olympus' } })).toMatchObject({
      closedThrough: null,
      timeZone: null,
    });
  });

  test.each([{ CurrencyPrefs: {} }, { CurrencyPrefs: { HomeCurrency: { value: 'XXQ' } } }])(
    'never guesses a home currency outside the US edition: %j',
    (preferences) => {
      expect(() => read(preferences, { CompanyInfo: { Country: 'CA' } })).toThrow(
        expect.objectContaining({ code: 'record.unreadable', field: 'Preferences.CurrencyPrefs.HomeCurrency' }),
      );
    },
  );

  test('reads preferences that were read by address', () => {
    expect(company.read(COMPANY_ID, [INFO, { Preferences: PREFERENCES }]).homeCurrency).toBe('CAD');
  });

  test.each<Json[]>([[null, null], [INFO], [{}, { Preferences: {} }]])(
    'answers that say nothing are an error',
    (...bodies) => {
      expect(() => company.read(COMPANY_ID, bodies)).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
    },
  );
});
