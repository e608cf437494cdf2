import type { LocalDate } from '../../kernel/dates.ts';
import { type ConnectionId, derivedHash, type FactId, type PairId, type PostingId } from '../../kernel/ids.ts';
import { type Json, parseJson, writeJson } from '../../kernel/json.ts';
import type { Money } from '../../kernel/money.ts';
import type { DocumentKind, LedgerDocument } from '../../model/document.ts';
import { factToJson, reviveMoney } from '../sync/index.ts';
import type { Leg, Party, Recipe } from './plan/index.ts';

export const POSTING_STATES = ['planned', 'sending', 'uncertain', 'posted', 'dead', 'voided', 'superseded'] as const;
export type PostingState = (typeof POSTING_STATES)[number];

/** Our intention to have exactly one document in a ledger. */
export interface Posting {
  readonly id: PostingId;
  readonly pairId: PairId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly factId: FactId;
  readonly leg: Leg;
  readonly recipe: Recipe;
  readonly kind: DocumentKind;
  readonly state: PostingState;
  readonly wanted: 'live' | 'void';
  readonly on: LocalDate;
  readonly total: Money;
  readonly document: LedgerDocument;
  readonly party: Party | null;
  /** The number that the ledger shows. */
  readonly number: string;
  /** Raised when a refused body was corrected; part of the idempotency key. */
  readonly keyRevision: number;
  readonly reasonCode: string | null;
  readonly failures: number;
  /** When the present row of failures began. */
  readonly failingSince: number | null;
  readonly plannedAt: number;
  readonly firstSentAt: number | null;
  /** Look-ups made for it so far. */
  readonly looks: number;
  readonly documentId: string | null;
  /** Key of the batch in which it was sent and with which it may still land; null when it was sent alone, or its fate is known. */
  readonly batch: string | null;
}

/** The provider's idempotency key: the posting id, with a suffix after a definite refusal and a corrected body. */
export function keyOf(posting: Pick<Posting, 'id' | 'keyRevision'>): string {
  return posting.keyRevision === 0 ? posting.id : `${posting.id}r${posting.keyRevision}`;
}

/**
 * The key of a batch, 36 characters, which is QuickBooks' limit: the same for the same items in the same order. That a
 * group of postings is whole shows in its key.
 */
export function batchKeyOf(postings: readonly Pick<Posting, 'id' | 'keyRevision'>[]): string {
  return `bat_${derivedHash(postings.map(keyOf))}`;
}

/** Document and party as one text, in a fixed order, so that equal plans have equal text. */
export function writeDocument(document: LedgerDocument, party: Party | null): string {
  return writeJson(factToJson({ document, party }));
}

export function readDocument(text: string): { readonly document: LedgerDocument; readonly party: Party | null } {
  return reviveMoney(parseJson(text) as Json) as { document: LedgerDocument; party: Party | null };
}
