import { decimalAt, refAt } from '../../core/exact/access.ts';
import { atRate, Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule } from '../basics/fault.ts';
import type { StoredEntity } from '../store/entity.ts';
import type { Company } from './company.ts';
import type { EntryLine } from './general-ledger.ts';

/** The currency of one transaction. */
export interface TransactionCurrency {
  readonly code: string;
  /** Home units per unit; undefined in the home currency. */
  readonly rate: Decimal | undefined;
}

/** An amount of the transaction's currency in home minor units. */
export function home(currency: TransactionCurrency, amount: bigint): bigint {
  return currency.rate === undefined ? amount : atRate(amount, currency.rate);
}

/**
 * The currency a draft is in: what it says, else its party's, else home. A foreign one must be switched on, be the
 * party's own and have a rate, sent or stored.
 */
export function currencyOf(company: Company, draft: JsonObject, party?: StoredEntity): TransactionCurrency {
  const homeCode = company.settings.homeCurrency;
  const partyCode = party === undefined ? undefined : (refAt(party.data, 'CurrencyRef') ?? homeCode);
  const code = refAt(draft, 'CurrencyRef') ?? partyCode ?? homeCode;
  requireCurrency(company, code);
  if (partyCode !== undefined && partyCode !== code) {
    throw businessRule(`The transaction is in ${code}, but the customer or vendor uses ${partyCode}.`);
  }
  if (code === homeCode) return { code, rate: undefined };
  const rate = decimalAt(draft, 'ExchangeRate') ?? storedRate(company, code, dateOf(company, draft));
  if (rate === undefined || rate.compare(Decimal.zero) <= 0) {
    throw businessRule(`A transaction in ${code} needs an ExchangeRate.`);
  }
  return { code, rate };
}

function dateOf(company: Company, draft: JsonObject): string {
  const date = draft.TxnDate;
  return typeof date === 'string' ? date : company.today();
}

/** Refuses a currency the company does not use. */
export function requireCurrency(company: Company, code: string): void {
  if (code === company.settings.homeCurrency) return;
  if (!company.isMultiCurrency()) throw businessRule(`Multi-currency is off, so ${code} cannot be used.`);
  if (company.records.of('CompanyCurrency').named(code).length === 0) throw badReference('CurrencyRef', code);
}

/** The latest stored rate of a currency not after the date. */
function storedRate(company: Company, code: string, date: string): Decimal | undefined {
  const found = latestRate(company, code, date);
  return decimalAt(found?.data, 'Rate');
}

/** The stored rate object of a currency with the latest date not after the asked one. */
export function latestRate(company: Company, code: string, date: string): StoredEntity | undefined {
  let latest: StoredEntity | undefined;
  for (const record of company.records.of('ExchangeRate').all()) {
    const asOf = String(record.data.AsOfDate);
    if (record.data.SourceCurrencyCode !== code || asOf > date) continue;
    if (latest === undefined || asOf > String(latest.data.AsOfDate)) latest = record;
  }
  return latest;
}

/** The members about currency that every answered transaction carries. */
export function currencyMembers(company: Company, currency: TransactionCurrency, total?: bigint): JsonObject {
  const [known] = company.records.of('CompanyCurrency').named(currency.code);
  const name = known === undefined ? undefined : known.data.Name;
  return {
    CurrencyRef: { value: currency.code, ...(typeof name === 'string' ? { name } : {}) },
    ...(company.isMultiCurrency() ? { ExchangeRate: currency.rate ?? Decimal.of(1) } : {}),
    ...(company.isMultiCurrency() && total !== undefined
      ? { HomeTotalAmt: Decimal.fromMinor(home(currency, total)) }
      : {}),
  };
}

/** Lines in the transaction's currency as home lines; what rounding leaves goes to the last, so that all balance. */
export function inHomeCurrency(currency: TransactionCurrency, lines: readonly EntryLine[]): EntryLine[] {
  if (currency.rate === undefined) return [...lines];
  const converted = lines.map((line) => ({ ...line, amount: home(currency, line.amount) }));
  const rest = converted.reduce((sum, line) => sum + line.amount, 0n);
  const last = converted.pop();
  return last === undefined ? [] : [...converted, { ...last, amount: last.amount - rest }];
}
