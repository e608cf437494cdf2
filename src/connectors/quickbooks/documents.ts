import { assert } from '../../kernel/assert.ts';
import { isLocalDate, type LocalDate } from '../../kernel/dates.ts';
import type { DocumentKind, PostedDocument } from '../../model/document.ts';
import type { DocumentQuery, LedgerConnector, LedgerList, ProviderRequest } from '../sdk/index.ts';
import { readOne, write } from './api.ts';
import { ENTITY_OF, resourceOf } from './entities.ts';
import { secondOf } from './instant.ts';
import { pageRequest, readPage } from './paging.ts';
import { literal } from './query.ts';
import { readEntity } from './read-document.ts';
import { requireObject } from './shape.ts';

/**
 * Documents of one kind, for look-up and read-back. Markers are compared by the caller: notes cannot be filtered. Asked
 * for credit applications it gives every payment. A document changed while the list is read comes again, newer.
 */
export const documents: LedgerList<DocumentQuery, PostedDocument> = {
  request(companyId, query, page) {
    const { kind, from, to, updatedSince } = query;
    const where = [`TxnDate >= ${dateLiteral(from)}`, `TxnDate <= ${dateLiteral(to)}`];
    const changedSince = updatedSince === null ? null : secondOf(updatedSince);
    return pageRequest(companyId, { entity: ENTITY_OF[kind], where, changedSince }, page);
  },
  read({ kind, homeCurrency }, page, body) {
    const { rows, next } = readPage(ENTITY_OF[kind], page, body);
    return { rows: rows.map((row) => readEntity(kind, row, homeCurrency)), next };
  },
};

/** One document by id. */
export function readDocument(
  companyId: string,
  kind: DocumentKind,
  documentId: string,
  homeCurrency: string,
): ReturnType<LedgerConnector['readDocument']> {
  const entity = ENTITY_OF[kind];
  return {
    request: readOne(companyId, resourceOf(entity), documentId),
    read: (body) => readEntity(kind, requireObject(body, entity), homeCurrency),
  };
}

/**
 * Takes a document out of the books. Only invoices can be voided by id and version alone; voiding others needs the whole
 * object in the request, of which we keep only a part, and a part would blank the rest.
 */
export function remove(companyId: string, document: PostedDocument, key: string): ProviderRequest {
  return write(companyId, {
    resource: resourceOf(ENTITY_OF[document.kind]),
    key,
    body: { Id: document.documentId, SyncToken: document.version },
    operation: document.kind === 'invoice' ? 'void' : 'delete',
  });
}

function dateLiteral(date: LocalDate): string {
  assert(isLocalDate(date), `not a date: ${date}`);
  return literal(date);
}
