import { asList, asNumber, asObject, asText, type JsonObject, readObject, sourceOf } from './json-reader.ts';
import type { JudgedProvider } from './providers.ts';
import type { WebhookSample } from './sample.ts';

const VECTORS = 'providers/webhook-vectors.json';

/** The signature vectors of one provider, the ones that must be refused included. */
export function vectorSamples(provider: JudgedProvider, shared: string): readonly WebhookSample[] {
  return asList(readObject(shared, VECTORS).vectors, VECTORS).flatMap((value, index) => {
    const source = sourceOf(VECTORS, 'vectors', index);
    const vector = asObject(value, source);
    return vector.provider === provider ? [sampleOf(provider, vector, source)] : [];
  });
}

function sampleOf(provider: JudgedProvider, vector: JsonObject, source: string): WebhookSample {
  const expect = asObject(vector.expect, source);
  return {
    provider,
    source,
    kind: 'webhook',
    name: asText(vector.id, source),
    body: asText(vector.body, source),
    headers: headersOf(vector, source),
    key: asText(vector.key, source),
    ...(vector.now === undefined ? {} : { now: asNumber(vector.now, source) }),
    valid: expect.valid === true,
    status: asNumber(expect.status, source),
    bodySha256: asText(vector.body_sha256, source),
  };
}

function headersOf(vector: JsonObject, source: string): Record<string, string> {
  const headers = Object.entries(asObject(vector.headers, source));
  return Object.fromEntries(headers.map(([name, value]) => [name, asText(value, source)]));
}
