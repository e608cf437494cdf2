import { isCurrency } from '../../kernel/currencies.ts';
import { isLocalDate, isTimeZone } from '../../kernel/dates.ts';
import type { Json } from '../../kernel/json.ts';
import type { JsonObject, LedgerCompany, LedgerConnector, ProviderRequest } from '../sdk/index.ts';
import { readOne, runQuery } from './api.ts';
import { objectOf, objectsOf, referenceOf, requireObject, textOf, unreadable } from './shape.ts';

/** What the company says of itself: its name, and the preferences that decide how we write. */
export const company: LedgerConnector['company'] = {
  requests: (companyId) => [readOne(companyId, 'companyinfo', companyId), preferencesRequest(companyId)],
  read(companyId, [info, preferences]) {
    return companyOf(companyId, requireObject(info ?? null, 'CompanyInfo'), preferencesOf(preferences ?? null));
  },
};

/** As a query: the address without an id is served too, but no official description has it. */
function preferencesRequest(companyId: string): ProviderRequest {
  return runQuery(companyId, 'SELECT * FROM Preferences');
}

function preferencesOf(body: Json): JsonObject {
  const answer = objectOf(body);
  return (
    objectOf(answer?.Preferences) ??
    objectsOf(objectOf(answer?.QueryResponse)?.Preferences)[0] ??
    unreadable('Preferences')
  );
}

/** Any group of preferences may be missing. What is then unknown is taken as the side that promises less. */
function companyOf(companyId: string, info: JsonObject, preferences: JsonObject): LedgerCompany {
  const currency = objectOf(preferences.CurrencyPrefs);
  const closedThrough = textOf(objectOf(preferences.AccountingInfoPrefs)?.BookCloseDate);
  const timeZone = textOf(info.DefaultTimeZone);
  return {
    companyId,
    name: textOf(info.CompanyName) ?? textOf(info.LegalName) ?? companyId,
    homeCurrency: homeCurrencyOf(info, currency),
    multiCurrency: currency?.MultiCurrencyEnabled === true,
    closedThrough: closedThrough !== null && isLocalDate(closedThrough) ? closedThrough : null,
    enforcesNumbers: objectOf(preferences.SalesFormsPrefs)?.CustomTxnNumbers === true,
    timeZone: timeZone !== null && isTimeZone(timeZone) ? timeZone : null,
  };
}

function homeCurrencyOf(info: JsonObject, preferences: JsonObject | null): string {
  const stated = referenceOf(preferences, 'HomeCurrency');
  if (stated !== null && isCurrency(stated)) return stated;
  // A company of the US edition cannot have another home currency; elsewhere a guess would be a wrong amount.
  if (stated === null && info.Country === 'US') return 'USD';
  return unreadable('Preferences.CurrencyPrefs.HomeCurrency');
}
