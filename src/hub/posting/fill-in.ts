import { assert } from '../../kernel/assert.ts';
import type { PostingId } from '../../kernel/ids.ts';
import type { AppliedAmount, LedgerDocument } from '../../model/document.ts';
import { findOrCreate } from '../mapping/index.ts';
import type { Company } from './company.ts';
import type { Party } from './plan/index.ts';
import type { Posting } from './posting.ts';
import type { DeliveryTurn, Filled } from './turn.ts';

/** Fills in what is known only now: ids of documents posted before, and the customer. */
export async function fillIn(
  turn: DeliveryTurn,
  company: Company,
  postings: readonly Posting[],
): Promise<readonly Filled[]> {
  const links = postings.flatMap((posting) => linkedPostings(posting.document));
  const ids =
    links.length === 0 ? new Map<PostingId, string>() : await turn.store.documentIds(turn.caller.connection, links);
  const filled: Filled[] = [];
  for (const posting of postings) {
    const customerId = posting.party === null ? null : await customerOf(turn, company, posting.party);
    filled.push({ posting, document: withCustomer(withLinks(posting.document, ids), customerId) });
  }
  return filled;
}

function appliesOf(document: LedgerDocument): readonly AppliedAmount[] {
  return document.kind === 'payment' || document.kind === 'credit_application' ? document.applies : [];
}

function linkedPostings(document: LedgerDocument): PostingId[] {
  return appliesOf(document).flatMap((one) =>
    'postingId' in one.document ? [one.document.postingId as PostingId] : [],
  );
}

function withLinks(document: LedgerDocument, ids: ReadonlyMap<PostingId, string>): LedgerDocument {
  if (document.kind !== 'payment' && document.kind !== 'credit_application') return document;
  return { ...document, applies: document.applies.map((one) => ({ ...one, document: resolve(one.document, ids) })) };
}

function resolve(link: AppliedAmount['document'], ids: ReadonlyMap<PostingId, string>): AppliedAmount['document'] {
  if ('documentId' in link) return link;
  const documentId = ids.get(link.postingId as PostingId);
  assert(documentId !== undefined, `posting ${link.postingId} has no document yet, though it is needed`);
  return { kind: link.kind, documentId };
}

function withCustomer(document: LedgerDocument, customerId: string | null): LedgerDocument {
  if (customerId === null) return document;
  switch (document.kind) {
    case 'payment':
    case 'invoice':
    case 'credit_memo':
    case 'credit_application':
    case 'sales_receipt':
    case 'refund_receipt':
      return { ...document, customerId };
    case 'journal_entry':
      // Lines that need the customer were planned with an empty id; the others have none.
      return {
        ...document,
        lines: document.lines.map((line) => (line.customerId === null ? line : { ...line, customerId })),
      };
    default:
      return document;
  }
}

async function customerOf(turn: DeliveryTurn, company: Company, party: Party): Promise<string> {
  const known = await turn.store.name(turn.caller.connection, 'customer', party.name);
  if (known !== null) return known;
  const id = await findOrCreate(turn, {
    kind: 'customer',
    name: party.name,
    email: party.email,
    currency: company.homeCurrency,
  });
  await turn.store.saveName(turn.lease, 'customer', party.name, id);
  return id;
}
