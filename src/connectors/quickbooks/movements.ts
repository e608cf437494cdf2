import { isZero, type Money, negate, subtract, sumMoney } from '../../kernel/money.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { JsonObject } from '../sdk/index.ts';
import { moneyOf } from './decimal.ts';
import type { DocumentEntity } from './entities.ts';
import { objectOf, objectsOf, referenceOf } from './shape.ts';

type Movement = PostedDocument['movements'][number];
type Reader = (entity: JsonObject, total: Money) => readonly Movement[];

/** How each entity moves the accounts that it names. Invoices and credit memos name none. */
const READERS: Record<DocumentEntity, Reader> = {
  SalesReceipt: (entity, total) => onto(entity, 'DepositToAccountRef', total),
  RefundReceipt: (entity, total) => onto(entity, 'DepositToAccountRef', negate(total)),
  Payment: (entity, total) => onto(entity, 'DepositToAccountRef', total),
  Purchase: purchaseMovements,
  Deposit: depositMovements,
  Transfer: (entity, total) => [
    ...onto(entity, 'FromAccountRef', negate(total)),
    ...onto(entity, 'ToAccountRef', total),
  ],
  JournalEntry: journalMovements,
  Invoice: () => [],
  CreditMemo: () => [],
};

/**
 * Debits (positive) and credits of the accounts that the document itself names, in the order in which it names them.
 * Lines of a type that names no account are no movements; neither are amounts of zero, as voided documents have them.
 */
export function movementsOf(entityName: DocumentEntity, entity: JsonObject, total: Money): readonly Movement[] {
  return READERS[entityName](entity, total).filter(({ amount }) => !isZero(amount));
}

/** What a journal entry comes to: the sum of its debits. */
export function debitsOf(entity: JsonObject, currency: string): Money {
  const debits = journalLines(entity, currency).filter(({ amount }) => amount.minor > 0n);
  return sumMoney(
    debits.map(({ amount }) => amount),
    currency,
  );
}

function purchaseMovements(entity: JsonObject, total: Money): readonly Movement[] {
  const lines = detailLines(entity, 'AccountBasedExpenseLineDetail', total.currency);
  // A credit turns the whole document round: money comes back onto the account.
  return entity.Credit === true
    ? [...onto(entity, 'AccountRef', total), ...lines.map(reversed)]
    : [...onto(entity, 'AccountRef', negate(total)), ...lines];
}

function depositMovements(entity: JsonObject, total: Money): readonly Movement[] {
  const lines = detailLines(entity, 'DepositLineDetail', total.currency).map(reversed);
  const cashBack = objectOf(entity.CashBack);
  if (cashBack === null || cashBack.Amount === undefined)
    return [...onto(entity, 'DepositToAccountRef', total), ...lines];
  const kept = moneyOf(cashBack, 'Amount', total.currency);
  // It is not documented whether the total still holds the cash kept back; the lines leave no doubt.
  const deposited = subtract(sumOfLines(entity, total.currency), kept);
  return [...onto(entity, 'DepositToAccountRef', deposited), ...lines, ...onto(cashBack, 'AccountRef', kept)];
}

function journalMovements(entity: JsonObject, total: Money): readonly Movement[] {
  return journalLines(entity, total.currency).flatMap(({ accountId, amount }) =>
    accountId === null ? [] : [{ accountId, amount }],
  );
}

function journalLines(
  entity: JsonObject,
  currency: string,
): readonly { readonly accountId: string | null; readonly amount: Money }[] {
  return objectsOf(entity.Line).flatMap((line) => {
    const detail = objectOf(line.JournalEntryLineDetail);
    if (detail === null || line.Amount === undefined) return [];
    const amount = moneyOf(line, 'Amount', currency);
    return [
      {
        accountId: referenceOf(detail, 'AccountRef'),
        amount: detail.PostingType === 'Credit' ? negate(amount) : amount,
      },
    ];
  });
}

function detailLines(entity: JsonObject, detail: string, currency: string): readonly Movement[] {
  return objectsOf(entity.Line).flatMap((line) => {
    const accountId = referenceOf(objectOf(line[detail]), 'AccountRef');
    return accountId === null || line.Amount === undefined
      ? []
      : [{ accountId, amount: moneyOf(line, 'Amount', currency) }];
  });
}

function sumOfLines(entity: JsonObject, currency: string): Money {
  const amounts = objectsOf(entity.Line).filter((line) => line.Amount !== undefined);
  return sumMoney(
    amounts.map((line) => moneyOf(line, 'Amount', currency)),
    currency,
  );
}

function onto(entity: JsonObject, field: string, amount: Money): readonly Movement[] {
  const accountId = referenceOf(entity, field);
  return accountId === null ? [] : [{ accountId, amount }];
}

function reversed(movement: Movement): Movement {
  return { ...movement, amount: negate(movement.amount) };
}
