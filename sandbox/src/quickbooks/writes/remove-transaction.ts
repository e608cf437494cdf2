import { objectAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonDraft, JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import { touch } from '../books/settled-members.ts';
import { entityKey, type StoredEntity } from '../store/entity.ts';
import { release } from './release.ts';
import { targetsOf } from './save-transaction.ts';

/** Members that become zero when a transaction is voided. */
const AMOUNTS = ['TotalAmt', 'Balance', 'RemainingCredit', 'UnappliedAmt', 'HomeTotalAmt', 'Amount'];
/** What QuickBooks puts before the note of a voided transaction. */
const VOIDED = 'Voided';

/** Deletes a transaction; what it settled opens again, what settled it becomes unapplied. */
export function deleteTransaction(company: Company, record: StoredEntity): void {
  const key = entityKey(record.entity, record.id);
  release(company, key, 0n);
  const current = company.records.get(record.entity, record.id) ?? record;
  const targets = targetsOf(current);
  company.remove(current);
  company.ledger.erase(key);
  for (const target of targets) touch(company, target);
}

/** Voids a transaction: it stays with its number and without its amounts. */
export function voidTransaction(company: Company, record: StoredEntity): StoredEntity {
  const key = entityKey(record.entity, record.id);
  release(company, key, 0n);
  const current = company.records.get(record.entity, record.id) ?? record;
  const targets = targetsOf(current);
  const voided = company.change(current, voidedData(current.data), 'Void');
  company.ledger.erase(key);
  for (const target of targets) touch(company, target);
  return voided;
}

/** Whether a transaction was voided, told by its note. */
export function isVoided(data: JsonObject): boolean {
  return textAt(data, 'PrivateNote')?.startsWith(VOIDED) === true;
}

function voidedData(data: JsonObject): JsonObject {
  const { LinkedTxn: _links, CashBack: _cashBack, ...kept } = data;
  const voided: JsonDraft = { ...kept };
  for (const name of AMOUNTS) if (voided[name] !== undefined) voided[name] = Decimal.zero;
  const note = textAt(data, 'PrivateNote');
  voided.PrivateNote = note === undefined || isVoided(data) ? (note ?? VOIDED) : `${VOIDED} - ${note}`;
  voided.Line = objectsAt(data, 'Line')
    .filter((line) => objectsAt(line, 'LinkedTxn').length === 0)
    .map(zeroed);
  if (objectAt(data, 'TxnTaxDetail') !== undefined) voided.TxnTaxDetail = { TotalTax: Decimal.zero };
  return voided;
}

function zeroed(line: JsonObject): JsonObject {
  const detail = objectAt(line, 'SalesItemLineDetail');
  return {
    ...line,
    ...(line.Amount === undefined ? {} : { Amount: Decimal.zero }),
    ...(detail === undefined || detail.Qty === undefined
      ? {}
      : { SalesItemLineDetail: { ...detail, Qty: Decimal.zero } }),
  };
}
