import { stateAfter as after, statesBefore as before, type StateTable } from '../../kernel/state-table.ts';
import type { PostingState } from './posting.ts';

/** Everything that can happen to a posting. `docs/spec/posting.md` writes the table out for people. */
export type PostingEvent =
  /** A call is about to be made: the attempt row is stored. */
  | 'send'
  /** The ledger said yes and named the document. */
  | 'accepted'
  /** The ledger did not take it, and that is certain; it may be tried again. */
  | 'not_applied'
  /** The ledger refused what was sent; the same will never be taken. */
  | 'refused'
  /** Time-out, crash, unreadable answer; or what a look-up let go was not sent in that turn. */
  | 'outcome_unknown'
  | 'found'
  /** A complete look-up without a match, when a new send is allowed. */
  | 'not_found'
  /** The plan changed, or a person asks for another try after a correction. */
  | 'replan'
  /** It is gone from the ledger, or never reached it and is not wanted any more. */
  | 'removed'
  | 'supersede';

/**
 * States × events. `refuse` is an event that must not happen in that state: the store changes nothing. There is no way
 * from `uncertain` to `sending`: nothing is sent again before a look-up.
 */
export const POSTING_TABLE: StateTable<PostingState, PostingEvent> = {
  planned: {
    send: 'sending',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'uncertain',
    found: 'refuse',
    not_found: 'refuse',
    replan: 'planned',
    removed: 'voided',
    supersede: 'superseded',
  },
  sending: {
    send: 'refuse',
    accepted: 'posted',
    not_applied: 'planned',
    refused: 'dead',
    outcome_unknown: 'uncertain',
    found: 'refuse',
    not_found: 'refuse',
    replan: 'refuse',
    removed: 'refuse',
    supersede: 'refuse',
  },
  uncertain: {
    send: 'refuse',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'uncertain',
    found: 'posted',
    not_found: 'planned',
    replan: 'refuse',
    removed: 'refuse',
    supersede: 'refuse',
  },
  posted: {
    send: 'refuse',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'refuse',
    found: 'posted',
    not_found: 'refuse',
    replan: 'refuse',
    removed: 'voided',
    supersede: 'superseded',
  },
  dead: {
    send: 'refuse',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'refuse',
    found: 'refuse',
    not_found: 'refuse',
    replan: 'planned',
    removed: 'voided',
    supersede: 'superseded',
  },
  voided: {
    send: 'refuse',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'refuse',
    found: 'refuse',
    not_found: 'refuse',
    replan: 'refuse',
    removed: 'voided',
    supersede: 'superseded',
  },
  superseded: {
    send: 'refuse',
    accepted: 'refuse',
    not_applied: 'refuse',
    refused: 'refuse',
    outcome_unknown: 'refuse',
    found: 'refuse',
    not_found: 'refuse',
    replan: 'refuse',
    removed: 'refuse',
    supersede: 'superseded',
  },
};

/** States from which an event leads on, for the condition of the statement that applies it. */
export function statesBefore(event: PostingEvent): PostingState[] {
  return before(POSTING_TABLE, event);
}

export function stateAfter(state: PostingState, event: PostingEvent): PostingState | null {
  return after(POSTING_TABLE, state, event);
}
