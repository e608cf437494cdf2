import { assert } from '../../kernel/assert.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { CreateItem, ItemAnswer, JsonObject, ProviderRequest } from '../sdk/index.ts';
import { write } from './api.ts';
import { documentBody } from './document-body.ts';
import { ENTITY_OF, resourceOf } from './entities.ts';
import { errorOfFault } from './errors.ts';
import { findFault } from './fault.ts';
import { BATCH_BUDGET, MAX_BATCH_ITEMS } from './limits.ts';
import { readEntity } from './read-document.ts';
import { objectOf, objectsOf } from './shape.ts';

/** Longest `requestid` of a batch, and with it longest `bId` (Intuit, "Request ID update"). */
const MAX_BATCH_KEY = 36;

/** The create of one document under its idempotency key. */
export function create(companyId: string, item: CreateItem): ProviderRequest {
  const resource = resourceOf(ENTITY_OF[item.document.kind]);
  return write(companyId, { resource, key: item.marking.key, body: documentBody(item) });
}

/** The answer to {@link create}; a success that carries a fault is an error, and one that cannot be read is unknown. */
export function readCreated(item: CreateItem, body: Json): ItemAnswer {
  return readAnswer(item, objectOf(body));
}

/** Creates of up to 30 documents of any kind in one call; each stands or falls alone. */
export function createBatch(companyId: string, items: readonly CreateItem[], batchKey: string): ProviderRequest {
  assert(items.length > 0 && items.length <= MAX_BATCH_ITEMS, `a batch has 1 to ${MAX_BATCH_ITEMS} items`);
  assert(batchKey.length <= MAX_BATCH_KEY, `requestid of a batch has at most ${MAX_BATCH_KEY} characters`);
  const body = {
    BatchItemRequest: items.map((item, index) => ({
      bId: batchId(index),
      operation: 'create',
      [ENTITY_OF[item.document.kind]]: documentBody(item),
    })),
  };
  return write(companyId, { resource: 'batch', key: batchKey, body, budgets: [BATCH_BUDGET] });
}

/** One answer for each item, in order, whatever the order in the body. */
export function readBatch(items: readonly CreateItem[], body: Json): readonly ItemAnswer[] {
  const answers = objectsOf(objectOf(body)?.BatchItemResponse);
  return items.map((item, index) => {
    const own = answers.filter((answer) => answer.bId === batchId(index));
    return readAnswer(item, own.length === 1 ? own[0]! : null);
  });
}

function readAnswer({ document }: CreateItem, answer: JsonObject | null): ItemAnswer {
  const fault = findFault(answer);
  if (fault !== null) return { ok: false, error: errorOfFault(fault, { situation: 'create' }) };
  const name = ENTITY_OF[document.kind];
  const entity = objectOf(answer?.[name]);
  if (entity === null) return unknownOutcome(`the answer holds no ${name}`);
  try {
    return { ok: true, document: readEntity(document.kind, entity, document.currency) };
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    // It was created; what it is now, only a look-up can tell.
    return unknownOutcome(error.message, error);
  }
}

function unknownOutcome(detail: string, cause?: unknown): ItemAnswer {
  return { ok: false, error: new CounterfoilError('provider.unreadable', { detail, cause, outcome: 'unknown' }) };
}

/** Position of an item as its id in the batch; the limit of 10 characters is far away. */
function batchId(index: number): string {
  return `i${index}`;
}
