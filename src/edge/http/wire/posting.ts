import { z } from 'zod';
import { type ListedPosting, POSTING_STATES, type PostingDetail } from '../../../hub/posting/index.ts';
import { day, instant, instantOf, instantOrNull, moneyOf, moneySchema, reasonOf, reasonSchema } from './common.ts';
import { named } from './components.ts';

const postingFields = {
  id: z.string(),
  state: z.enum(POSTING_STATES),
  wanted: z.enum(['live', 'void']),
  held: z.boolean(),
  reason: reasonSchema.nullable(),
  recipe: z.string(),
  leg: z.string(),
  generation: z.number().int(),
  kind: z.string(),
  occurredOn: day,
  total: moneySchema,
  number: z.string(),
  documentId: z.string().nullable(),
  adopted: z.boolean(),
  factId: z.string(),
  pairId: z.string(),
  sourceConnectionId: z.string(),
  ledgerConnectionId: z.string(),
  attempts: z.number().int(),
  failures: z.number().int(),
  plannedAt: instant,
  nextTryAt: instant.nullable(),
  firstSentAt: instant.nullable(),
  postedAt: instant.nullable(),
};

export const postingSchema = named(
  'Posting',
  'Our intention to have exactly one document in a ledger. `attempts` counts the calls made for it; `adopted` says that the document was there already.',
  z.object(postingFields),
);

const lineSchema = named(
  'EntryLine',
  'A line of the entry: positive is a debit, negative a credit. `ledgerId` is the account, where it is known.',
  z.object({ role: z.string(), ledgerId: z.string().nullable(), amount: moneySchema }),
);

const attemptSchema = named(
  'Attempt',
  'One call for a posting. `key` is the idempotency key that the ledger was given.',
  z.object({
    id: z.string(),
    operation: z.enum(['create', 'look_up', 'void']),
    key: z.string().nullable(),
    startedAt: instant,
    finishedAt: instant.nullable(),
    result: z.string().nullable(),
    error: reasonSchema.nullable(),
    providerStatus: z.number().int().nullable(),
    providerRequestId: z.string().nullable(),
  }),
);

export const postingDetailSchema = named(
  'PostingDetail',
  'A posting with its entry, the calls made for it, the legs it stands for and the postings it waits for.',
  z.object({
    ...postingFields,
    lines: z.array(lineSchema),
    calls: z.array(attemptSchema),
    legs: z.array(z.string()),
    needs: z.array(z.object({ id: z.string(), state: z.enum(POSTING_STATES) })),
  }),
);

/** States in which something is still to be done, so that the next try has a time. */
const UNFINISHED: readonly string[] = ['planned', 'uncertain'];

export function postingToWire(posting: ListedPosting): z.input<typeof postingSchema> {
  const { sourceId, ledgerId, on, total, reason, plannedAt, notBefore, firstSentAt, postedAt, ...same } = posting;
  return {
    ...same,
    sourceConnectionId: sourceId,
    ledgerConnectionId: ledgerId,
    occurredOn: on,
    total: moneyOf(total),
    reason: reason && reasonOf(reason.code, reason.detail),
    plannedAt: instantOf(plannedAt),
    nextTryAt: UNFINISHED.includes(same.state) && !same.held ? instantOf(notBefore) : null,
    firstSentAt: instantOrNull(firstSentAt),
    postedAt: instantOrNull(postedAt),
  };
}

export function postingDetailToWire(detail: PostingDetail): z.input<typeof postingDetailSchema> {
  const { lines, calls, legs, needs, ...posting } = detail;
  return {
    ...postingToWire(posting),
    lines: lines.map((line) => ({ ...line, amount: moneyOf(line.amount) })),
    calls: calls.map(({ errorCode, errorDetail, startedAt, finishedAt, ...call }) => ({
      ...call,
      startedAt: instantOf(startedAt),
      finishedAt: instantOrNull(finishedAt),
      error: reasonOf(errorCode, errorDetail),
    })),
    legs: [...legs],
    needs: [...needs],
  };
}
