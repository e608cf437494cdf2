import { minorAt, objectsAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { type EntityName, entityKey, type StoredEntity, type TransactionName } from '../store/entity.ts';
import type { Records } from '../store/records.ts';

/** Names that `LinkedTxn.TxnType` may carry, with the entity each one means. */
const LINK_TYPES: Readonly<Record<string, TransactionName>> = {
  Invoice: 'Invoice',
  CreditMemo: 'CreditMemo',
  JournalEntry: 'JournalEntry',
  Payment: 'Payment',
  ReceivePayment: 'Payment',
  SalesReceipt: 'SalesReceipt',
  RefundReceipt: 'RefundReceipt',
  Deposit: 'Deposit',
  Transfer: 'Transfer',
  Expense: 'Purchase',
  Check: 'Purchase',
  CreditCardCredit: 'Purchase',
  Purchase: 'Purchase',
  Bill: 'Bill',
  BillPayment: 'BillPayment',
  BillPaymentCheck: 'BillPayment',
  BillPaymentCreditCard: 'BillPayment',
};

/** Transactions whose lines settle others. */
export const SETTLERS: readonly EntityName[] = ['Payment', 'BillPayment'];

/** The entity a `TxnType` of a link means; undefined for an unknown one. */
export function linkedEntity(txnType: string): TransactionName | undefined {
  return Object.hasOwn(LINK_TYPES, txnType) ? LINK_TYPES[txnType] : undefined;
}

/** A line that points to another transaction. */
export interface Link {
  readonly entity: TransactionName;
  readonly id: string;
  readonly txnType: string;
  /** Minor units of the transaction's currency, as the line says. */
  readonly amount: bigint;
}

/** The links of a transaction's lines; a line points to at most one. */
export function linksOf(data: JsonObject): Link[] {
  return objectsAt(data, 'Line').flatMap((line) => {
    const [link] = objectsAt(line, 'LinkedTxn');
    const txnType = textAt(link, 'TxnType') ?? '';
    const entity = linkedEntity(txnType);
    if (link === undefined || entity === undefined) return [];
    return [{ entity, txnType, id: textAt(link, 'TxnId') ?? '', amount: minorAt(line, 'Amount') ?? 0n }];
  });
}

/** Which payments settle which transactions, and by how much: read from the payments' own lines. */
export class Applications {
  readonly #byTarget = new Map<string, Map<string, bigint>>();

  constructor(records: Records) {
    records.onChange((before, after) => {
      if (before !== undefined) this.#count(before, -1n);
      if (after !== undefined) this.#count(after, 1n);
    });
  }

  /** Payments (their keys, in no promised order) that settle a part of the transaction, each with its amount. */
  to(target: string): ReadonlyMap<string, bigint> {
    return this.#byTarget.get(target) ?? new Map();
  }

  /** The part of the transaction that is settled, one payment left out of the count if asked. */
  total(target: string, except?: string): bigint {
    let sum = 0n;
    for (const [settler, amount] of this.to(target)) if (settler !== except) sum += amount;
    return sum;
  }

  #count(record: StoredEntity, sign: bigint): void {
    if (!SETTLERS.includes(record.entity)) return;
    const settler = entityKey(record.entity, record.id);
    for (const link of linksOf(record.data)) {
      const target = entityKey(link.entity, link.id);
      const settlers = this.#byTarget.get(target) ?? new Map<string, bigint>();
      const amount = (settlers.get(settler) ?? 0n) + sign * link.amount;
      if (amount === 0n) settlers.delete(settler);
      else settlers.set(settler, amount);
      if (settlers.size === 0) this.#byTarget.delete(target);
      else this.#byTarget.set(target, settlers);
    }
  }
}
