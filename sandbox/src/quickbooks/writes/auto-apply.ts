import { refAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import { stillOpen } from '../books/settlement.ts';
import { paymentKind } from '../entities/payment.ts';
import type { EntityName, StoredEntity } from '../store/entity.ts';
import { storeTransaction } from './save-transaction.ts';

const CREDITS: readonly EntityName[] = ['CreditMemo', 'Payment'];

/**
 * What "automatically apply credits" does when it is on: a new invoice takes the customer's open credits, a new credit
 * goes to the oldest open invoices, each through a payment of zero.
 */
export function autoApply(company: Company, created: StoredEntity): void {
  if (!company.prefers('SalesFormsPrefs', 'AutoApplyCredit')) return;
  const customer = refAt(created.data, 'CustomerRef');
  const isInvoice = created.entity === 'Invoice';
  if (customer === undefined || (!isInvoice && created.entity !== 'CreditMemo')) return;
  const others = openOf(company, isInvoice ? CREDITS : ['Invoice'], customer);
  let left = stillOpen(company, created);
  const lines: JsonObject[] = [];
  for (const other of others) {
    const open = stillOpen(company, other);
    const amount = open < left ? open : left;
    if (amount <= 0n) continue;
    left -= amount;
    lines.push(line(other, amount), line(created, amount));
  }
  if (lines.length === 0) return;
  storeTransaction(company, paymentKind, {
    CustomerRef: { value: customer },
    TotalAmt: Decimal.zero,
    Line: merged(lines),
  });
}

/** The customer's objects of these entities with something open, oldest first. */
function openOf(company: Company, entities: readonly EntityName[], customer: string): StoredEntity[] {
  return entities
    .flatMap((entity) => [...company.records.of(entity).all()])
    .filter((record) => refAt(record.data, 'CustomerRef') === customer && stillOpen(company, record) > 0n)
    .sort((left, right) => left.order - right.order);
}

function line(record: StoredEntity, amount: bigint): JsonObject {
  return { Amount: Decimal.fromMinor(amount), LinkedTxn: [{ TxnId: record.id, TxnType: record.entity }] };
}

/** One line for each transaction. */
function merged(lines: readonly JsonObject[]): JsonObject[] {
  const byLink = new Map<string, { line: JsonObject; amount: bigint }>();
  for (const each of lines) {
    const key = JSON.stringify(each.LinkedTxn);
    const amount = (byLink.get(key)?.amount ?? 0n) + (each.Amount as Decimal).toMinor();
    byLink.set(key, { line: each, amount });
  }
  return [...byLink.values()].map(({ line: each, amount }) => ({ ...each, Amount: Decimal.fromMinor(amount) }));
}
