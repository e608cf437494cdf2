import type { LocalDate } from '../../kernel/dates.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { Fact } from '../../model/facts.ts';
import type { PostingState } from '../posting/index.ts';

/** A fact with the day on which it counts. */
export interface DatedFact {
  readonly id: string;
  readonly fact: Fact;
  readonly state: 'new' | 'planned' | 'waiting' | 'ignored';
  readonly reason: string | null;
  /** Day of its movement, and of its fees when they are booked apart; null while the fees wait for a payout. */
  readonly on: LocalDate;
  readonly feesOn: LocalDate | null;
}

/** A posting reduced to what it does to the accounts that are compared. */
export interface ComparedPosting {
  readonly id: string;
  readonly leg: string;
  readonly factIds: readonly string[];
  readonly state: PostingState;
  readonly on: LocalDate;
  /** Minor units by currency on the compared accounts; positive is a debit. */
  readonly movements: ReadonlyMap<string, bigint>;
  readonly reason: string | null;
}

export interface CompareInput {
  readonly facts: readonly DatedFact[];
  readonly postings: readonly ComparedPosting[];
  readonly documents: readonly PostedDocument[];
  /** Accounts of the ledger that stand for the money at the source, with their currency. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export type DifferenceKind =
  /** At the source, and not yet or not at all in the ledger. */
  | 'missing'
  /** Posted once, and gone from the ledger. */
  | 'deleted'
  /** In the ledger on our account, and not ours, or ours and not to be there: a second copy, or taken back. */
  | 'extra'
  /** Ours, and with another amount or day than posted; a document that was moved is named on both days. */
  | 'amount_differs';

export interface Difference {
  readonly kind: DifferenceKind;
  /** Source less ledger, minor units. */
  readonly minor: bigint;
  readonly subject: string;
  readonly detail: string;
}

export interface ReconciliationRow {
  readonly kind: 'payout' | 'day';
  /** Payout id, or the day. */
  readonly subject: string;
  readonly period: LocalDate;
  readonly currency: string;
  readonly source: bigint;
  readonly postings: bigint;
  readonly ledger: bigint;
  readonly differences: readonly Difference[];
}
