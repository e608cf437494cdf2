import { assert } from '../../kernel/assert.ts';
import type { Json } from '../../kernel/json.ts';
import type { JsonObject, LedgerConnector, LedgerList, LedgerName, NameKind, ProviderRequest } from '../sdk/index.ts';
import { write } from './api.ts';
import { displayName } from './display-name.ts';
import { referenceJson } from './lines.ts';
import { pageRequest, readPage } from './paging.ts';
import { ACTIVE_OR_NOT, literal } from './query.ts';
import { requireObject, requireText } from './shape.ts';

type NewName = Parameters<LedgerConnector['createName']>[1];

/** Entity of each kind, and the field that holds the name. */
const SHAPE: Readonly<Record<NameKind, { readonly entity: string; readonly field: string }>> = {
  customer: { entity: 'Customer', field: 'DisplayName' },
  vendor: { entity: 'Vendor', field: 'DisplayName' },
  item: { entity: 'Item', field: 'Name' },
};

/** Customers, vendors or items of exactly one name, in the form that {@link createName} gives it; inactive ones too. */
export const names: LedgerList<{ readonly kind: NameKind; readonly name: string }, LedgerName> = {
  request(companyId, { kind, name }, page) {
    const { entity, field } = SHAPE[kind];
    return pageRequest(companyId, { entity, where: [`${field} = ${literal(displayName(name))}`, ACTIVE_OR_NOT] }, page);
  },
  read({ kind }, page, body) {
    const { rows, next } = readPage(SHAPE[kind].entity, page, body);
    return { rows: rows.map((row) => nameOf(kind, row)), next };
  },
};

/** Creates a customer, a vendor, or a service item that sells into an income account. */
export function createName(companyId: string, name: NewName): ProviderRequest {
  const { entity } = SHAPE[name.kind];
  return write(companyId, { resource: entity.toLowerCase(), key: name.key, body: bodyOf(name) });
}

export function readName(kind: NameKind, body: Json): LedgerName {
  return nameOf(kind, requireObject(body, SHAPE[kind].entity));
}

function bodyOf({ kind, name, incomeAccountId, email, currency }: NewName): object {
  if (kind === 'item') {
    assert(incomeAccountId !== undefined, 'an item needs the income account that it sells into');
    return { Name: displayName(name), Type: 'Service', IncomeAccountRef: referenceJson(incomeAccountId) };
  }
  return {
    DisplayName: displayName(name),
    ...(email === undefined ? {} : { PrimaryEmailAddr: { Address: email } }),
    ...(currency === undefined ? {} : { CurrencyRef: referenceJson(currency) }),
  };
}

function nameOf(kind: NameKind, row: JsonObject): LedgerName {
  return { id: requireText(row, 'Id'), name: requireText(row, SHAPE[kind].field), active: row.Active !== false };
}
