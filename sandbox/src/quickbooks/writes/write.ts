import { flagAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule, missing, notFound, staleObject, unsupportedOperation } from '../basics/fault.ts';
import { checkShape, requireMembers } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { openAmount } from '../books/settlement.ts';
import { listKind, transactionKind } from '../entities/kinds.ts';
import { type ListKind, saveListObject } from '../entities/list-kind.ts';
import { putExchangeRate, updateSingle } from '../entities/singles.ts';
import type { TransactionKind } from '../entities/transaction-kind.ts';
import { type EntityName, entityKey, isTransaction, type StoredEntity, type TransactionName } from '../store/entity.ts';
import { autoApply } from './auto-apply.ts';
import { withDocNumber } from './doc-number.ts';
import { refuseClosed, refuseUntouchable, type Writer } from './guards.ts';
import { bookOpeningBalance } from './opening-balance.ts';
import { release } from './release.ts';
import { deleteTransaction, voidTransaction } from './remove-transaction.ts';
import { storeTransaction } from './save-transaction.ts';

/** Who writes, and what the request asked for beside the object. */
export interface WriteOptions {
  readonly writer: Writer;
  /** `include=allowduplicatedocnum` */
  readonly allowDuplicate?: boolean;
}

/** Creates an object from a request body. */
export function createObject(
  company: Company,
  entity: EntityName,
  body: JsonObject,
  options: WriteOptions,
): StoredEntity {
  if (entity === 'ExchangeRate') return putExchangeRate(company, body);
  if (isTransaction(entity)) return createTransaction(company, transactionKind(entity), body, options);
  const kind = writableList(entity, 'create');
  const draft = checkShape(body, kind.shape);
  const record = saveListObject(company, kind, draft);
  if (entity === 'Account') bookOpeningBalance(company, record, draft);
  return company.records.get(entity, record.id) ?? record;
}

/** Changes an object: `sparse` changes only what is sent, otherwise what is missing is blanked. */
export function updateObject(
  company: Company,
  entity: EntityName,
  body: JsonObject,
  options: WriteOptions,
): StoredEntity {
  if (entity === 'ExchangeRate') return putExchangeRate(company, body);
  const current = currentVersion(company, entity, body);
  if (entity === 'CompanyInfo' || entity === 'Preferences') return updateSingle(company, entity, current, body);
  if (!isTransaction(entity)) {
    const kind = writableList(entity, 'update');
    return saveListObject(company, kind, mergedDraft(kind, current, body), current);
  }
  const kind = transactionKind(entity);
  refuseUntouchable(company, current, options.writer);
  if (entity === 'Payment' && !company.settings.sparsePayments && options.writer === 'app') {
    requireMembers(body, kind.required);
  }
  return updateTransaction(company, kind, { current, draft: mergedDraft(kind, current, body) }, options);
}

/** Deletes a transaction. Objects of lists are not deleted but made inactive, by an update. */
export function deleteObject(
  company: Company,
  entity: EntityName,
  body: JsonObject,
  options: WriteOptions,
): StoredEntity {
  if (!isTransaction(entity)) throw unsupportedOperation(`delete on ${entity}`);
  const current = currentVersion(company, entity, body);
  refuseUntouchable(company, current, options.writer);
  deleteTransaction(company, current);
  return current;
}

/** Voids a transaction of a kind that can be. */
export function voidObject(
  company: Company,
  entity: EntityName,
  body: JsonObject,
  options: WriteOptions,
): StoredEntity {
  const kind = isTransaction(entity) ? transactionKind(entity) : undefined;
  if (kind === undefined || (!kind.voidable && options.writer === 'app')) {
    throw unsupportedOperation(`void on ${entity}`);
  }
  const current = currentVersion(company, entity, body);
  refuseUntouchable(company, current, options.writer);
  if (entity === 'Payment' && !company.settings.sparsePayments && options.writer === 'app') {
    requireMembers(body, kind.required);
  }
  return voidTransaction(company, current);
}

function createTransaction(
  company: Company,
  kind: TransactionKind,
  body: JsonObject,
  options: WriteOptions,
): StoredEntity {
  const draft = checkShape(body, kind.shape);
  requireMembers(draft, kind.required);
  refuseClosed(company, textAt(draft, 'TxnDate') ?? company.today(), options.writer);
  const allowDuplicate = options.allowDuplicate === true;
  const numbered = withDocNumber(company, kind, draft, { previous: undefined, allowDuplicate });
  const record = storeTransaction(company, kind, numbered);
  autoApply(company, record);
  return company.records.get(kind.entity, record.id) ?? record;
}

function updateTransaction(
  company: Company,
  kind: TransactionKind,
  parts: { current: StoredEntity; draft: JsonObject },
  options: WriteOptions,
): StoredEntity {
  const { current, draft } = parts;
  requireMembers(draft, kind.required);
  const dated = { TxnDate: textAt(current.data, 'TxnDate'), ...draft };
  refuseClosed(company, textAt(dated, 'TxnDate') ?? '', options.writer);
  const allowDuplicate = options.allowDuplicate === true;
  const numbered = withDocNumber(company, kind, dated, { previous: current, allowDuplicate });
  const key = entityKey(kind.entity, current.id);
  const before = openSideOf(company, key);
  const record = storeTransaction(company, kind, numbered, current);
  if (company.applications.total(key) > 0n) {
    const open = openAmount(company, key);
    if (open !== 0n && openSideOf(company, key) !== before) {
      throw businessRule('The customer, vendor or side of a settled transaction cannot change.');
    }
    release(company, key, open < 0n ? -open : open);
  }
  return company.records.get(kind.entity, current.id) ?? record;
}

/** Whose open item a transaction is, and on which side. */
function openSideOf(company: Company, key: string): string {
  return company.ledger
    .of(key)
    .filter((line) => line.open !== undefined && line.open !== 0n)
    .map((line) => `${line.party?.kind}/${line.party?.id}/${line.open! > 0n ? 'debit' : 'credit'}`)
    .join();
}

/** The stored object a request means, when its SyncToken is the current one. */
function currentVersion(company: Company, entity: EntityName, body: JsonObject): StoredEntity {
  const isSingle = entity === 'CompanyInfo' || entity === 'Preferences';
  const id = textAt(body, 'Id') ?? (isSingle ? '1' : undefined);
  if (id === undefined || id === '') throw missing('Id');
  const current = company.records.get(entity, id);
  if (current === undefined) throw notFound(`${entity} ${id}`);
  const token = textAt(body, 'SyncToken');
  if (token === undefined) throw missing('SyncToken');
  const held = textAt(current.data, 'SyncToken') ?? '';
  if (token !== held) throw staleObject(`${entity} ${id}`, held);
  return current;
}

function mergedDraft(kind: { shape?: ListKind['shape'] }, current: StoredEntity, body: JsonObject): JsonObject {
  const shape = kind.shape ?? {};
  if (flagAt(body, 'sparse') !== true) return checkShape(body, shape);
  return checkShape({ ...current.data, ...body }, shape);
}

function writableList(entity: EntityName, operation: string): ListKind & { shape: NonNullable<ListKind['shape']> } {
  const kind = listKind(entity);
  if (kind?.shape === undefined) throw unsupportedOperation(`${operation} on ${entity}`);
  return { ...kind, shape: kind.shape };
}

/** Sends a document by e-mail. A sales form says so from then on; a payment has no members for that. */
export function sendObject(company: Company, entity: TransactionName, id: string, sendTo?: string): StoredEntity {
  const current = company.records.get(entity, id);
  if (current === undefined) throw notFound(`${entity} ${id}`);
  const held = current.data.BillEmail;
  if (sendTo === undefined && held === undefined) throw missing('BillEmail');
  if (entity === 'Payment') return company.change(current, current.data, 'Emailed');
  const data = {
    ...current.data,
    EmailStatus: 'EmailSent',
    ...(sendTo === undefined ? {} : { BillEmail: { Address: sendTo } }),
    DeliveryInfo: { DeliveryType: 'Email', DeliveryTime: company.calendar.stamp(company.doors.now()) },
  };
  return company.change(current, data, 'Emailed');
}
