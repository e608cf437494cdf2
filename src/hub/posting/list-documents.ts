import type { DocumentQuery, LedgerConnector } from '../../connectors/sdk/index.ts';
import type { PostedDocument } from '../../model/document.ts';
import { readJson } from '../connections/index.ts';
import { connectorOf, type DeliveryTurn } from './turn.ts';

/** Every page of a list; of a document that comes twice the later reading counts. */
export async function listDocuments(
  turn: Pick<DeliveryTurn, 'doors' | 'caller' | 'signal'>,
  query: DocumentQuery,
): Promise<readonly PostedDocument[]> {
  const { doors, caller, signal } = turn;
  const { documents } = connectorOf(turn);
  const found = new Map<string, PostedDocument>();
  let page: ReturnType<LedgerConnector['documents']['read']>['next'] = null;
  do {
    const request = documents.request(caller.connection.accountId, query, page);
    const listed = documents.read(query, page, await readJson(doors, caller, request, { lane: 'live', signal }));
    for (const document of listed.rows) found.set(document.documentId, document);
    page = listed.next;
  } while (page !== null);
  return [...found.values()];
}
