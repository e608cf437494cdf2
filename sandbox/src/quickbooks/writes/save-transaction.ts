import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { linksOf } from '../books/applications.ts';
import type { Company } from '../books/company.ts';
import { touch, withSettlement } from '../books/settled-members.ts';
import { transactionKind } from '../entities/kinds.ts';
import type { TransactionKind } from '../entities/transaction-kind.ts';
import { entityKey, type StoredEntity, type TransactionName } from '../store/entity.ts';

/** The transactions a record's lines point to. */
export function targetsOf(record: StoredEntity | undefined): string[] {
  return record === undefined ? [] : linksOf(record.data).map((link) => entityKey(link.entity, link.id));
}

/**
 * Builds, books and stores a transaction, then brings the transactions it is linked to up to date. Guards (closed
 * period, deposit, number) are the caller's.
 */
export function storeTransaction(
  company: Company,
  kind: TransactionKind,
  draft: JsonObject,
  previous?: StoredEntity,
): StoredEntity {
  const date = textAt(draft, 'TxnDate') ?? company.today();
  const id = previous?.id ?? company.records.nextId(kind.entity);
  const built = kind.build(company, { data: { ...draft, TxnDate: date }, id, date, previous });
  company.ledger.post({ entity: kind.entity, id, date, lines: built.lines });
  const { entity } = kind;
  const stored =
    previous === undefined
      ? company.add({ entity, id, data: built.data })
      : company.change(company.records.get(entity, id) ?? previous, built.data);
  const record = company.complete(stored, withSettlement(company, stored));
  for (const key of new Set([...targetsOf(previous), ...targetsOf(record)])) touch(company, key);
  return company.records.get(entity, id) ?? record;
}

/** Stores a transaction again with other lines, as when something it paid goes away. */
export function rewriteLines(company: Company, record: StoredEntity, lines: readonly JsonObject[]): StoredEntity {
  const { LinkedTxn: _own, ...data } = record.data;
  return storeTransaction(company, transactionKind(record.entity as TransactionName), { ...data, Line: lines }, record);
}
