import { flagAt, objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonDraft, JsonObject } from '../../core/exact/json.ts';
import { msDate } from '../basics/dates.ts';
import { roundTo } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { given, numberAt, picked, shortText } from './fields.ts';
import { accountNamed, taxRateNamed } from './references.ts';
import type { KindRules, WriteHow } from './rules.ts';

/** Lengths. Source: Xero, Items. */
const MAX_CODE = 30;
const MAX_NAME = 50;

/** Products and services, without tracked inventory. */
export const itemRules: KindRules = {
  kind: 'Item',
  plural: 'Items',
  idField: 'ItemID',
  isPaged: false,
  knowsModified: true,
  readName: 'Code',
  overwritten: (organisation, input) => organisation.named('Item', 'Code', textAt(input, 'Code') ?? '')[0],
  create: (organisation, input, how) => organisation.create('Item', itemData(organisation, input, undefined, how)),
  update: (organisation, record, input, how) => organisation.change(record, itemData(organisation, input, record, how)),
  view: (_organisation, record) => ({
    ItemID: record.id,
    ...record.data,
    IsTrackedAsInventory: false,
    UpdatedDateUTC: msDate(record.updatedAt),
  }),
};

/** Really removes an item that no document uses. */
export function deleteItem(organisation: Organisation, record: XeroRecord): void {
  const documents = [
    ...organisation.all('Invoice'),
    ...organisation.all('CreditNote'),
    ...organisation.all('BankTransaction'),
  ];
  const code = textAt(record.data, 'Code') ?? '';
  const isUsed = documents.some(
    ({ data }) => Array.isArray(data.LineItems) && data.LineItems.some((line) => line.ItemCode === code),
  );
  if (isUsed) throw new Invalid('The item cannot be deleted as it is used on a document.');
  organisation.remove(record);
}

function itemData(
  organisation: Organisation,
  input: JsonObject,
  before: XeroRecord | undefined,
  how: WriteHow,
): JsonObject {
  const merged: JsonObject = { ...before?.data, ...input };
  const code = shortText(merged, 'Code', MAX_CODE);
  if (code === undefined || code === '') throw new Invalid('Price List Item Code must be supplied');
  if (flagAt(merged, 'IsTrackedAsInventory') === true) throw new Invalid('Tracked inventory is not available here.');
  const isTaken = organisation.named('Item', 'Code', code).some(({ id }) => id !== before?.id);
  if (isTaken) throw new Invalid(`Price List Item with Code '${code}' already exists`);
  const details = (name: string) => detailsOf(organisation, given(objectAt(merged, name)), how);
  return {
    Code: code,
    Name: shortText(merged, 'Name', MAX_NAME) ?? code,
    ...picked(merged, ['Description', 'PurchaseDescription']),
    IsSold: flagAt(merged, 'IsSold') ?? true,
    IsPurchased: flagAt(merged, 'IsPurchased') ?? true,
    SalesDetails: details('SalesDetails'),
    PurchaseDetails: details('PurchaseDetails'),
  };
}

function detailsOf(organisation: Organisation, sent: JsonObject, how: WriteHow): JsonObject {
  const details: JsonDraft = {};
  const price = numberAt(sent, 'UnitPrice');
  if (price !== undefined) details.UnitPrice = roundTo(price, how.unitDecimals);
  const account = accountNamed(organisation, sent, 'AccountCode');
  if (account !== undefined) details.AccountCode = account.data.Code;
  const taxType = textAt(sent, 'TaxType');
  if (taxType !== undefined) details.TaxType = taxRateNamed(organisation, taxType).data.TaxType;
  return details;
}

/** What an item gives to a line that leaves it out. */
export function itemDefaults(organisation: Organisation, code: string, side: 'sale' | 'purchase'): JsonObject {
  const item = organisation.named('Item', 'Code', code)[0];
  if (item === undefined) throw new Invalid(`Item code '${code}' is not valid`);
  const { UnitPrice, ...rest } = objectAt(item.data, side === 'sale' ? 'SalesDetails' : 'PurchaseDetails') ?? {};
  const description = side === 'sale' ? item.data.Description : item.data.PurchaseDescription;
  return {
    ...(UnitPrice instanceof Decimal ? { UnitAmount: UnitPrice } : {}),
    ...(description === undefined ? {} : { Description: description }),
    ...rest,
  };
}
