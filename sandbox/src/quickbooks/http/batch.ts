import { objectAt, textAt } from '../../core/exact/access.ts';
import { isList, isObject, type JsonObject } from '../../core/exact/json.ts';
import { BATCH_ITEM_ID_MAX } from '../access/request-ids.ts';
import { badElement, Fault, missing, systemFault, tooLong } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { runQuery } from '../query/run.ts';
import { entityNamed } from '../store/entity.ts';
import { runOperation } from './operation.ts';

/** Items in one batch. Source: Intuit, API call limits. */
const MAX_ITEMS = 30;
const CONTROLS: readonly string[] = ['bId', 'operation', 'optionsData', 'Query'];
const OPERATIONS: readonly string[] = ['create', 'update', 'delete', 'void'];

/** Runs a batch: item after item, each for itself; a failed item answers its own fault. */
export function runBatch(company: Company, body: JsonObject, hasRequestId: boolean): JsonObject {
  const sent = body.BatchItemRequest;
  if (!isList(sent) || sent.length === 0) throw missing('BatchItemRequest');
  if (sent.length > MAX_ITEMS) throw badElement('BatchItemRequest', `holds more than ${MAX_ITEMS} items`);
  const items = sent.map((item) => {
    if (!isObject(item)) throw badElement('BatchItemRequest', 'must hold objects');
    checkItemId(item, hasRequestId);
    return item;
  });
  return { BatchItemResponse: items.map((item) => runItem(company, item)) };
}

function checkItemId(item: JsonObject, hasRequestId: boolean): void {
  const id = textAt(item, 'bId');
  if (id === undefined) throw missing('bId');
  if (hasRequestId && id.length > BATCH_ITEM_ID_MAX) throw tooLong('bId', BATCH_ITEM_ID_MAX);
}

function runItem(company: Company, item: JsonObject): JsonObject {
  const bId = textAt(item, 'bId') ?? '';
  try {
    return { bId, ...company.store.atomically(() => itemResult(company, item)) };
  } catch (error) {
    const fault = error instanceof Fault ? error : systemFault(String(error));
    return { bId, Fault: { ...fault.body() } as unknown as JsonObject };
  }
}

function itemResult(company: Company, item: JsonObject): JsonObject {
  const query = textAt(item, 'Query');
  if (query !== undefined) return { QueryResponse: runQuery(company, query) };
  const names = Object.keys(item).filter((name) => !CONTROLS.includes(name));
  const entity = names.length === 1 ? entityNamed(names[0] ?? '') : undefined;
  if (entity === undefined || entity !== names[0]) throw badElement('BatchItemRequest', 'names no known entity');
  const operation = textAt(item, 'operation');
  if (operation === undefined || !OPERATIONS.includes(operation))
    throw badElement('operation', 'is missing or unknown');
  const include = (textAt(item, 'optionsData') ?? '').toLowerCase().split(',');
  const object = objectAt(item, entity) ?? {};
  return { [entity]: runOperation(company, entity, { operation, include, body: object }) };
}
