import { textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { type JsonObject, writeJson } from '../../core/exact/json.ts';
import { type EntityName, entityKey, type StoredEntity } from '../store/entity.ts';
import type { Company } from './company.ts';
import { stillOpen } from './settlement.ts';

/** Members that say what is left of a transaction, by entity. */
const LEFT: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  Invoice: ['Balance'],
  CreditMemo: ['Balance', 'RemainingCredit'],
  Payment: ['UnappliedAmt'],
  Bill: ['Balance'],
};

/** The object with what is left of it, and with links to the payments and deposit that took the rest. */
export function withSettlement(company: Company, record: StoredEntity): JsonObject {
  const { LinkedTxn: _old, ...data } = record.data;
  const names = LEFT[record.entity] ?? [];
  const left = names.length === 0 ? Decimal.zero : Decimal.fromMinor(stillOpen(company, record));
  const links = linkedTxn(company, entityKey(record.entity, record.id));
  return {
    ...data,
    ...Object.fromEntries(names.map((name) => [name, left])),
    ...(links.length === 0 && names.length === 0 ? {} : { LinkedTxn: links }),
  };
}

function linkedTxn(company: Company, key: string): JsonObject[] {
  const settlers = [...company.applications.to(key).keys()].map((settler) => settler.split('/') as [string, string]);
  settlers.sort((left, right) => Number(left[1]) - Number(right[1]));
  const links: JsonObject[] = settlers.map(([entity, id]) => ({ TxnId: id, TxnType: entity }));
  const deposit = company.depositLinks.depositOf(key);
  return deposit === undefined ? links : [...links, { TxnId: deposit, TxnType: 'Deposit' }];
}

/** Brings a transaction up to date after another one touched it; its SyncToken rises when something changed. */
export function touch(company: Company, key: string): void {
  const [entity, id] = key.split('/') as [EntityName, string];
  const record = company.records.get(entity, id);
  if (record === undefined) return;
  const data = withSettlement(company, record);
  if (summary(data) !== summary(record.data)) company.change(record, data);
}

function summary(data: JsonObject): string {
  const { Balance, RemainingCredit, UnappliedAmt, LinkedTxn } = data;
  return writeJson([Balance, RemainingCredit, UnappliedAmt, LinkedTxn ?? [], textAt(data, 'Id')]);
}
