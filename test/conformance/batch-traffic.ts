import type { FetchDoor } from '../../src/platform/transport/index.ts';
import type { JsonObject } from './json-reader.ts';

/** One batch as it was sent and answered. */
export interface BatchExchange {
  readonly url: string;
  readonly request: { readonly BatchItemRequest: readonly JsonObject[] };
  readonly answer: { readonly BatchItemResponse: readonly JsonObject[] };
}

/** Adds every QuickBooks batch that got an answer of its own to `kept`, and passes everything through unchanged. */
export function keepBatches(kept: BatchExchange[], fetch: FetchDoor): FetchDoor {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    if (!pathname.endsWith('/batch')) return fetch(request);
    const sent = (await request.clone().json()) as BatchExchange['request'];
    const response = await fetch(request);
    if (response.ok) {
      const url = `${pathname.replace('/quickbooks', '')}${search}`;
      kept.push({ url, request: sent, answer: (await response.clone().json()) as BatchExchange['answer'] });
    }
    return response;
  };
}

/** The member of a batch item that holds its document: a name and what is under it. */
export function documentOf(item: JsonObject): readonly [name: string, document: JsonObject] {
  const [found] = Object.entries(item).filter(([, value]) => typeof value === 'object' && value !== null);
  if (found === undefined) throw new Error('a batch item without a document');
  return [found[0], found[1] as JsonObject];
}
