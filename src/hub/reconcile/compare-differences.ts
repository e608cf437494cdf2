import type { PostedDocument } from '../../model/document.ts';
import type { ComparedPosting, Difference } from './compare-types.ts';

/** A posting in one of its currencies. */
export interface OneCurrency {
  readonly posting: ComparedPosting;
  readonly currency: string;
}

/** At the source and not in the ledger. */
export function missing(minor: bigint, subject: string, detail: string): Difference {
  return { kind: 'missing', minor, subject, detail };
}

/** The posting has no document. */
export function absent(posting: ComparedPosting, minor: bigint): Difference[] {
  if (minor === 0n) return [];
  if (posting.state === 'posted')
    return [{ kind: 'deleted', minor, subject: posting.id, detail: 'The document is no longer in the ledger.' }];
  return [missing(minor, posting.id, posting.reason ?? `The entry is ${posting.state}.`)];
}

/** The posting has a document that is not as posted, or is as posted and `unwanted`. */
export function changed(
  posting: ComparedPosting,
  document: PostedDocument,
  minor: bigint,
  unwanted: boolean,
): Difference {
  const subject = posting.id;
  const name = `Document ${document.documentId}`;
  if (unwanted) return { kind: 'extra', minor, subject, detail: `${name} in the ledger holds what was taken back.` };
  const detail =
    document.on === posting.on
      ? `${name} was changed in the ledger.`
      : `${name} was moved from ${posting.on} to ${document.on} in the ledger.`;
  return { kind: 'amount_differs', minor, subject, detail };
}

/** A second document with the marker of a posting. */
export function copyOf(posting: ComparedPosting, copy: PostedDocument, minor: bigint): Difference {
  const detail = `${copy.kind} ${copy.documentId} in the ledger is a second document of the entry ${posting.id}.`;
  return { kind: 'extra', minor, subject: copy.documentId, detail };
}
