import type { Organisation } from './books/organisation.ts';
import { balances } from './books/trial-balance.ts';
import type { Kind } from './store/record.ts';

/** A document in the books. */
export interface LedgerDocument {
  readonly kind: Kind;
  readonly id: string;
  readonly date: string;
  /** Sum of its debits, in minor units. */
  readonly amount: number;
}

/** One account of the trial balance, in minor units. */
export interface TrialBalanceRow {
  readonly code: string;
  readonly name: string;
  readonly debit: number;
  readonly credit: number;
}

/** The books of an organisation. */
export interface LedgerView {
  readonly documents: readonly LedgerDocument[];
  readonly trialBalance: readonly TrialBalanceRow[];
  /** Debits less credits; always zero. */
  readonly trialBalanceDifference: number;
}

/** Everything in the books, documents by date. */
export function ledgerView(organisation: Organisation): LedgerView {
  const journals = organisation.world.ledger.journals(organisation.tenantId);
  const documents = journals.map(({ kind, id, date, entries }) => {
    const debits = entries.filter(({ amount }) => amount > 0n);
    return { kind, id, date, amount: Number(debits.reduce((sum, { amount }) => sum + amount, 0n)) };
  });
  const rows = balances(organisation);
  return {
    documents: documents.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)),
    trialBalance: rows.map(({ code, name, balance }) => ({
      code,
      name,
      debit: Number(balance > 0n ? balance : 0n),
      credit: Number(balance < 0n ? -balance : 0n),
    })),
    trialBalanceDifference: Number(rows.reduce((sum, { balance }) => sum + balance, 0n)),
  };
}
