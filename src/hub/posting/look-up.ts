import type { LedgerConnector } from '../../connectors/sdk/index.ts';
import { ERROR_CODES, type ErrorCode } from '../../kernel/error-codes.ts';
import type { PostedDocument } from '../../model/document.ts';
import { type Company, isClosed } from './company.ts';
import { batchKeyOf, type Posting } from './posting.ts';
import { accepted, isRefusal, SETTLED, type Settlement } from './verdict.ts';

/** Later looks come at growing distances, up to this. */
const LOOK_CAP_MS = 15 * 60_000;
const LOOK_BASE_MS = 10_000;

/** What the ledger promises about documents that are sent twice, and the company takes. */
export type RepeatRules = LedgerConnector['idempotency'] & Pick<Company, 'enforcesNumbers' | 'closedThrough'>;

export function repeatRules({ idempotency }: LedgerConnector, company: Company): RepeatRules {
  const { enforcesNumbers, closedThrough } = company;
  return { ...idempotency, enforcesNumbers, closedThrough };
}

/**
 * What a complete look-up says about one posting whose outcome was unknown. Pure. `batchMayRepeat`: the batch in which
 * it went can be sent again as it was.
 */
export function judgeLookUp(
  posting: Posting,
  found: readonly PostedDocument[],
  rules: RepeatRules,
  now: number,
  batchMayRepeat = false,
): Settlement {
  const live = found.filter((document) => document.postingId === posting.id && !document.voided).sort(byId);
  if (live.length > 0) return adopt(posting, live, now);
  if (posting.reasonCode === 'ledger.duplicate_number') {
    const detail = `The number ${posting.number} is used by a document that is not ours. Nothing was posted.`;
    return {
      ...SETTLED,
      event: 'not_found',
      held: true,
      attention: true,
      notBefore: now,
      reason: { code: 'ledger.duplicate_number', detail },
    };
  }
  const refusal = refusalOf(posting);
  if (refusal !== null && now - (posting.firstSentAt ?? now) >= rules.horizon_ms)
    return { ...SETTLED, event: 'not_found', held: true, attention: true, notBefore: now, reason: refusal };
  if (refusal === null && batchMayRepeat)
    return { ...SETTLED, event: 'not_found', notBefore: now, batch: posting.batch };
  if (refusal === null && maySendAgain(posting, rules, now)) return { ...SETTLED, event: 'not_found', notBefore: now };
  const wait = Math.min(LOOK_CAP_MS, LOOK_BASE_MS * 2 ** Math.min(posting.looks, 20));
  return { ...SETTLED, event: 'outcome_unknown', notBefore: now + wait, batch: posting.batch, reason: refusal };
}

/** Why it was refused after an earlier request of it whose outcome was never known; null when it was not. */
function refusalOf({ reasonCode }: Posting): Settlement['reason'] {
  if (reasonCode === null || !isErrorCode(reasonCode) || !isRefusal(reasonCode)) return null;
  const detail = 'The ledger refused it after an earlier request whose outcome nobody knows. It is not in the ledger.';
  return { code: reasonCode, detail };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/**
 * Whether a batch of which nothing was found may be sent again under its key: it is whole, all of it is still wanted, none
 * of a closed day, and the key is young enough to be known. The ledger then carries it out once, whichever call comes first.
 */
export function mayRepeatBatch(postings: readonly Posting[], rules: RepeatRules, now: number): boolean {
  const key = postings[0]?.batch ?? null;
  return (
    key !== null &&
    batchKeyOf(postings) === key &&
    postings.every(
      (one) => one.wanted === 'live' && !isClosed(one, rules) && now - (one.firstSentAt ?? now) < rules.window_ms,
    )
  );
}

/**
 * Not there now, and could not appear later as a second one: its own key still protects, or the ledger refuses a number
 * used before, or the time is over in which a late request may land. The key of a batch knows nothing of single items.
 */
function maySendAgain(posting: Posting, rules: RepeatRules, now: number): boolean {
  const age = now - (posting.firstSentAt ?? now);
  // It would not be sent again: only when nothing can arrive late any more it is certain that nothing is there.
  if (posting.wanted === 'void') return age >= rules.horizon_ms;
  const enforced = rules.enforcesNumbers && rules.numberedKinds.includes(posting.kind);
  return (posting.batch === null && age < rules.window_ms) || enforced || age >= rules.horizon_ms;
}

function adopt(posting: Posting, live: readonly PostedDocument[], now: number): Settlement {
  const settlement = accepted(posting, live[0]!, now, 'found');
  if (live.length === 1) return settlement;
  const ids = live.map((document) => document.documentId).join(', ');
  const detail = `Documents ${ids} carry the same marker; the first one counts. Delete the others in the ledger.`;
  return { ...settlement, attention: true, reason: { code: 'ledger.several_matches', detail } };
}

function byId(a: PostedDocument, b: PostedDocument): number {
  return a.documentId.length - b.documentId.length || (a.documentId < b.documentId ? -1 : 1);
}
