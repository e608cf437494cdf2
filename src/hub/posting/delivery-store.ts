import type { LedgerCompany, NameKind, OpenInvoice, SourceEvent } from '../../connectors/sdk/index.ts';
import type { AttemptId, PostingId } from '../../kernel/ids.ts';
import type { DocumentKind, PostedDocument } from '../../model/document.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Connection } from '../connections/index.ts';
import type { Posting } from './posting.ts';
import type { Settlement } from './verdict.ts';

export interface ChangedDocument {
  readonly kind: DocumentKind;
  readonly documentId: string;
}

export interface Sending {
  readonly posting: Posting;
  readonly attemptId: AttemptId;
  readonly key: string;
}

export interface SettleAttempt {
  readonly posting: Posting;
  readonly attemptId: AttemptId | null;
  readonly settlement: Settlement;
}

/** How a row of calls begins. */
export interface Begin {
  readonly operation: 'create' | 'void';
  /** The batch in which all of them go; null when each goes alone. */
  readonly batch: string | null;
}

export type RemovalFailure = Pick<Settlement, 'event' | 'reason'>;

/** What delivery asks of the store. Writes prove the lease; `engine.lease_lost` ends the turn before anything is sent. */
export interface DeliveryStore {
  /**
   * Calls that an earlier worker began and never finished: their outcome is unknown. Answers how many. What was looked for
   * in an earlier turn and not sent since is uncertain again, too: a call of before may have landed meanwhile.
   */
  recover(lease: Lease, now: number): Promise<number>;
  company(connection: Connection): Promise<(LedgerCompany & { readonly readAt: number }) | null>;
  /** Stores the company's terms and lifts holds of days that are open again. */
  saveCompany(lease: Lease, company: LedgerCompany, now: number): Promise<void>;
  /** Uncertain postings whose next look is due, and with them all uncertain ones of their batches. */
  toLookUp(connection: Connection, limit: number, now: number): Promise<readonly Posting[]>;
  /** Planned postings that nothing holds and whose needs are posted, oldest day first; none with an open batch. */
  toSend(connection: Connection, limit: number, now: number): Promise<readonly Posting[]>;
  /** Every posting, in whatever state, of the batches that have a planned one that is due: they go together or not at all. */
  toSendAgain(connection: Connection, now: number): Promise<readonly Posting[]>;
  toRemove(connection: Connection, limit: number, now: number): Promise<readonly Posting[]>;
  /** Ledger ids of the documents that postings refer to. */
  documentIds(connection: Connection, postingIds: readonly PostingId[]): Promise<ReadonlyMap<PostingId, string>>;
  /** `planned → sending` with an attempt row each, before the call; a posting that is no longer planned is left out. */
  beginSending(lease: Lease, postings: readonly Posting[], begin: Begin, now: number): Promise<readonly Sending[]>;
  /** Whether the lease still holds: asked before each call of a row of them. */
  isHeld(lease: Lease): Promise<boolean>;
  /** Writes results; a posting that is no longer in the state the event needs is left as it is. */
  settle(lease: Lease, results: readonly SettleAttempt[], now: number): Promise<void>;
  /** A document was removed from the ledger by the attempt, or found removed (null). */
  removed(lease: Lease, posting: Posting, attemptId: string | null, now: number): Promise<void>;
  /** A call to remove a document failed: writes what became of its attempt. */
  removalFailed(lease: Lease, attemptId: AttemptId, failure: RemovalFailure, now: number): Promise<void>;
  /** The removal of a document did not succeed and is tried again then; the reason for it stays. */
  postpone(lease: Lease, posting: Posting, notBefore: number): Promise<void>;
  /** Holds a posting whose day was closed meanwhile, without a call. */
  hold(
    lease: Lease,
    postings: readonly Posting[],
    reason: { readonly code: string; readonly detail: string },
    now: number,
  ): Promise<void>;
  name(connection: Connection, kind: NameKind, name: string): Promise<string | null>;
  saveName(lease: Lease, kind: NameKind, name: string, ledgerId: string): Promise<void>;
  /** Numbers that payments name and nobody has looked for yet. */
  numbersWanted(connection: Connection, limit: number): Promise<readonly string[]>;
  /** Stores what a number is in the ledger, and makes the payments that waited for it due. */
  saveNumber(lease: Lease, number: string, invoice: OpenInvoice | null, now: number): Promise<void>;
  /**
   * Takes the ledger's own notifications: a document of ours that somebody changed is marked to be compared again. Echoes
   * of what we made are nothing new. True when the company's own terms changed.
   */
  takeEvents(lease: Lease, changed: (event: SourceEvent) => readonly ChangedDocument[], now: number): Promise<boolean>;
  /** Whether anything is left that this connection could do now or later, and when. */
  nextDue(connection: Connection, now: number): Promise<number | null>;
}

export type { PostedDocument };
