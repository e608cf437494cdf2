import { type Json, parseJson } from '../../kernel/json.ts';
import { type BatchEntry, runLedgerContract } from '../sdk/contract-kit.ts';
import type { CreateItem, JsonObject, ProviderRequest } from '../sdk/index.ts';
import { ENTITY_OF } from './entities.ts';
import { COMPANY_ID, ITEMS } from './fixtures/items.ts';
import { REFUSALS } from './fixtures/refusals.ts';
import { totalText } from './fixtures/total.ts';
import { quickbooks } from './index.ts';
import { objectOf } from './shape.ts';

const REFUSED = parseJson('{"Error":[{"Message":"Business Validation","code":"6000"}],"type":"ValidationFault"}');

/** What QuickBooks adds to an entity that it accepts. */
function accepted({ document }: CreateItem, sent: Json | undefined): JsonObject {
  const total = { TotalAmt: parseJson(totalText(document)) };
  return {
    ...objectOf(sent),
    ...total,
    Id: '181',
    SyncToken: '0',
    MetaData: { LastUpdatedTime: '2026-11-20T02:00:01-08:00' },
  };
}

const sentBody = (request: ProviderRequest) => parseJson(request.body?.text ?? 'null');

function createdBody(item: CreateItem, request: ProviderRequest): JsonObject {
  return { [ENTITY_OF[item.document.kind]]: accepted(item, sentBody(request)), time: '2026-11-20T02:00:01.000-08:00' };
}

function batchBody(entries: readonly BatchEntry[], request: ProviderRequest): Json {
  const sent = objectOf(sentBody(request))?.BatchItemRequest as readonly JsonObject[];
  const answers = entries.map(({ item, outcome }, i) => {
    const { bId = null, [ENTITY_OF[item.document.kind]]: entity } = sent[i] ?? {};
    if (outcome === 'missing') return null;
    return outcome === 'refused'
      ? { bId, Fault: REFUSED }
      : { bId, [ENTITY_OF[item.document.kind]]: accepted(item, entity) };
  });
  return { BatchItemResponse: answers.filter((answer) => answer !== null).reverse() };
}

runLedgerContract({
  connector: quickbooks,
  companyId: COMPANY_ID,
  items: ITEMS,
  createdBody,
  listedBody: ({ kind }, made) => ({
    QueryResponse: {
      [ENTITY_OF[kind]]: made.map(({ item, request }) => accepted(item, sentBody(request))),
      startPosition: 1,
      maxResults: made.length,
    },
  }),
  batchBody,
  idempotency: {
    keyOf: ({ query = [] }) => query.find(([name]) => name === 'requestid')?.[1] ?? null,
    maxLength: 50,
  },
  errors: REFUSALS,
});
