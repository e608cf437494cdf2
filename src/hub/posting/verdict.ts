import { backoff_ms, RETRY_FOR_MS } from '../../kernel/backoff.ts';
import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import type { CounterfoilError } from '../../kernel/errors.ts';
import { equalMoney, formatAmount } from '../../kernel/money.ts';
import type { Random } from '../../kernel/random.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { Posting } from './posting.ts';
import type { PostingEvent } from './states.ts';

/** What is to be written after a call for a posting. */
export interface Settlement {
  readonly event: PostingEvent;
  readonly reason: { readonly code: ErrorCode; readonly detail: string } | null;
  /** Not sent again until somebody or something lifts the reason. */
  readonly held: boolean;
  readonly notBefore: number;
  readonly document: PostedDocument | null;
  /** The document is there but wrong, and is to be removed. */
  readonly remove: boolean;
  /** A person should see it. */
  readonly attention: boolean;
  /** Counts towards backoff. */
  readonly failed: boolean;
  /** A definite refusal may be stored under its key: the next send gets another one. Never after an unknown outcome. */
  readonly newKey: boolean;
  /** The batch with which it may still land; null when it was sent alone, or no call is open any more. */
  readonly batch: string | null;
}

/** What a settlement is unless something is the matter. */
export const SETTLED: Omit<Settlement, 'event' | 'notBefore'> = {
  reason: null,
  held: false,
  document: null,
  remove: false,
  attention: false,
  failed: false,
  newKey: false,
  batch: null,
};
/** A fresh unknown outcome is looked up after this: most answers that were lost had been applied at once. */
export const FIRST_LOOK_MS = 2_000;
/** A conflict is planned again at most this often. */
const MAX_CONFLICTS = 3;

/** The ledger took it. A total that differs from ours is removed at once: a wrong document is worse than none. */
export function accepted(
  posting: Posting,
  document: PostedDocument,
  now: number,
  event: 'accepted' | 'found' = 'accepted',
): Settlement {
  if (equalMoney(document.total, posting.total)) return { ...SETTLED, event, document, notBefore: now };
  const detail = `The ledger made it ${formatAmount(document.total)} ${document.total.currency} instead of ${formatAmount(posting.total)} ${posting.total.currency}; the document is being removed.`;
  return {
    ...SETTLED,
    event,
    document,
    notBefore: now,
    remove: true,
    attention: true,
    reason: { code: 'ledger.total_differs', detail },
  };
}

/** The ledger took it as it was meant: nearly every answer. */
export function isPlainAcceptance({ event, reason, remove }: Settlement): boolean {
  return event === 'accepted' && reason === null && !remove;
}

/** Sent as it is it will not be taken. */
export function isRefusal(code: ErrorCode): boolean {
  const { kind } = ERROR_CODES[code];
  return kind === 'validation' || kind === 'permanent' || (kind === 'conflict' && code !== 'engine.lease_lost');
}

/** The call failed: what that means for the posting, by kind and outcome of the error. */
export function failed(
  posting: Posting,
  error: CounterfoilError,
  now: number,
  random: Pick<Random, 'fraction'>,
): Settlement {
  const reason = { code: error.code, detail: error.message };
  if (error.outcome !== 'not_applied' || error.code === 'ledger.duplicate_number') {
    // A number that is used may be our own document, whose answer was lost: looking decides.
    return { ...SETTLED, event: 'outcome_unknown', reason, notBefore: now + FIRST_LOOK_MS, failed: true };
  }
  if (posting.looks > 0 && isRefusal(error.code)) {
    // So may what is in the way: an earlier request of it that was still on its way when nothing was found.
    return {
      ...SETTLED,
      event: 'outcome_unknown',
      reason,
      notBefore: now + FIRST_LOOK_MS,
      attention: true,
      failed: true,
    };
  }
  switch (error.kind) {
    case 'auth':
    case 'throttled':
      return { ...SETTLED, event: notNow(posting), reason, notBefore: now + (error.retryAfter_ms ?? 0) };
    case 'retryable':
      return retry(posting, reason, now, random);
    case 'conflict':
      return posting.failures + 1 < MAX_CONFLICTS
        ? {
            ...SETTLED,
            event: 'not_applied',
            reason,
            notBefore: now + backoff_ms(posting.failures + 1, random),
            failed: true,
            newKey: true,
          }
        : {
            ...SETTLED,
            event: 'not_applied',
            reason,
            notBefore: now,
            held: true,
            attention: true,
            failed: true,
            newKey: true,
          };
    case 'validation':
      return error.code === 'ledger.closed_period'
        ? { ...SETTLED, event: 'not_applied', reason, notBefore: now, held: true, attention: true, newKey: true }
        : { ...SETTLED, event: 'refused', reason, notBefore: now, attention: true, newKey: true };
    case 'permanent':
      return { ...SETTLED, event: 'refused', reason, notBefore: now, attention: true, newKey: true };
  }
}

/** An earlier request of it may land while this one waits: then it is looked for again before it is sent. */
function notNow({ looks }: Posting): PostingEvent {
  return looks > 0 ? 'outcome_unknown' : 'not_applied';
}

function retry(
  posting: Posting,
  reason: NonNullable<Settlement['reason']>,
  now: number,
  random: Pick<Random, 'fraction'>,
): Settlement {
  const since = posting.failingSince ?? now;
  if (now - since < RETRY_FOR_MS)
    return {
      ...SETTLED,
      event: notNow(posting),
      reason,
      notBefore: now + backoff_ms(posting.failures + 1, random),
      failed: true,
    };
  const detail = `It could not be posted for 72 hours. Last answer: ${reason.detail}`;
  return {
    ...SETTLED,
    event: 'not_applied',
    reason: { code: 'posting.gave_up', detail },
    notBefore: now,
    held: true,
    attention: true,
    failed: true,
  };
}
