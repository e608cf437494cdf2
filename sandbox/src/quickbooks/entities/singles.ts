import { decimalAt, objectAt, textAt } from '../../core/exact/access.ts';
import { isObject, type JsonObject } from '../../core/exact/json.ts';
import { badElement, missing } from '../basics/fault.ts';
import { checkShape, requireMembers, type Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { requireCurrency } from '../books/currency.ts';
import type { StoredEntity } from '../store/entity.ts';
import { OWN } from './shapes.ts';

const COMPANY_INFO: readonly string[] = [
  'CompanyName',
  'LegalName',
  'CompanyAddr',
  'LegalAddr',
  'CustomerCommunicationAddr',
  'CompanyURL',
  'PrimaryPhone',
  'Email',
  'CustomerCommunicationEmailAddr',
  'CompanyEmailAddr',
  'WebAddr',
  'EmployerId',
  'FiscalYearStartMonth',
  'CompanyStartDate',
  'Country',
  'SupportedLanguages',
  'DefaultTimeZone',
  'NameValue',
];

const PREFERENCES: readonly string[] = [
  'AccountingInfoPrefs',
  'CurrencyPrefs',
  'EmailMessagesPrefs',
  'OtherPrefs',
  'ProductAndServicesPrefs',
  'ReportPrefs',
  'SalesFormsPrefs',
  'TaxPrefs',
  'TimeTrackingPrefs',
  'VendorAndPurchasesPrefs',
];

const EXCHANGE_RATE: Shape = {
  ...OWN,
  SourceCurrencyCode: 'text',
  TargetCurrencyCode: 'text',
  Rate: 'decimal',
  AsOfDate: 'date',
};

/** Changes company info or preferences. Groups that are sent are laid over what they hold; the rest stays. */
export function updateSingle(
  company: Company,
  entity: 'CompanyInfo' | 'Preferences',
  current: StoredEntity,
  body: JsonObject,
): StoredEntity {
  const names = entity === 'CompanyInfo' ? COMPANY_INFO : PREFERENCES;
  const shape: Shape = { ...OWN, ...Object.fromEntries(names.map((name) => [name, 'any' as const])) };
  const sent = checkShape(body, shape);
  const merged = Object.entries(sent).map(([name, value]) => {
    const held = objectAt(current.data, name);
    return [name, held !== undefined && isObject(value) ? { ...held, ...value } : value] as const;
  });
  return company.change(current, { ...current.data, ...Object.fromEntries(merged) });
}

/** Sets the rate of a currency from a date on. */
export function putExchangeRate(company: Company, body: JsonObject): StoredEntity {
  const sent = checkShape(body, EXCHANGE_RATE);
  requireMembers(sent, ['SourceCurrencyCode', 'Rate']);
  const code = textAt(sent, 'SourceCurrencyCode') ?? '';
  requireCurrency(company, code);
  const rate = decimalAt(sent, 'Rate');
  if (rate === undefined) throw missing('Rate');
  if (rate.units <= 0n) throw badElement('Rate', 'must be greater than zero');
  const asOf = textAt(sent, 'AsOfDate') ?? company.today();
  const data = {
    SourceCurrencyCode: code,
    TargetCurrencyCode: company.settings.homeCurrency,
    Rate: rate,
    AsOfDate: asOf,
  };
  const id = `${code}-${asOf}`;
  const current = company.records.get('ExchangeRate', id);
  return current === undefined ? company.add({ entity: 'ExchangeRate', id, data }) : company.change(current, data);
}
