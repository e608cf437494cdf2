import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeConformance, requiredSharedFolder } from '../../../test/conformance/shared-folder.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import type { RawDelivery, WebhookSpec } from './webhook.ts';

/** Used where a vector names no instant of its own: providers that sign none accept at any time. */
const DEFAULT_NOW_S = 1_763_630_010;
const DEFAULT_URL = 'https://hub.example.com/webhooks/endpoint';

interface Vector {
  readonly id: string;
  readonly provider: string;
  readonly key: string;
  readonly method: string;
  readonly now?: number;
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly body_sha256: string;
  readonly expect: {
    readonly valid: boolean;
    readonly status: number;
    readonly changes?: number;
    readonly duplicate_of?: string;
  };
}

/** Tests of a provider's signature vectors; skipped with one console line when the shared folder is not given. */
export function describeSignatures(provider: string, webhook: WebhookSpec): void {
  describeConformance(`signature vectors of ${provider}`, () => {
    const vectors = readVectors().filter((vector) => vector.provider === provider && vector.method === 'POST');
    test('there are some for this provider', () => expect(vectors.length).toBeGreaterThan(0));
    for (const vector of vectors) describeVector(vector, vectors, webhook);
  });
}

function describeVector(vector: Vector, all: readonly Vector[], webhook: WebhookSpec): void {
  test(`${vector.id} is answered as documented`, () => {
    expect(sha256Hex(vector.body)).toBe(vector.body_sha256);
    const verdict = verify(webhook, vector);
    expect(verdict.ok).toBe(vector.expect.valid);
    if (!verdict.ok) expect(verdict.status).toBe(vector.expect.status);
  });
  if (!vector.expect.valid) return;
  test(`${vector.id} is refused without a fitting secret or with a changed byte`, () => {
    for (const secrets of [[], [''], ['  '], [`${vector.key}x`]]) {
      expect(verify(webhook, vector, { secrets }).ok).toBe(false);
    }
    expect(verify(webhook, vector, { body: `${vector.body} ` }).ok).toBe(false);
    expect(verify(webhook, vector, { headers: {} }).ok).toBe(false);
  });
  test(`${vector.id} is accepted while secrets rotate`, () => {
    expect(verify(webhook, vector, { secrets: [`${vector.key}x`, vector.key] }).ok).toBe(true);
  });
  test(`${vector.id} is read`, () => {
    const events = webhook.parse(deliveryOf(vector));
    if (vector.expect.changes !== undefined && vector.expect.changes > 0) expect(events.length).toBeGreaterThan(0);
    const original = all.find(({ id }) => id === vector.expect.duplicate_of);
    if (original) expect(webhook.dedupeKey(deliveryOf(vector))).toBe(webhook.dedupeKey(deliveryOf(original)));
  });
}

interface Change {
  readonly secrets?: readonly string[];
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function verify(webhook: WebhookSpec, vector: Vector, change: Change = {}) {
  const { secrets = [vector.key], ...rest } = change;
  return webhook.verify(deliveryOf({ ...vector, ...rest }), secrets, (vector.now ?? DEFAULT_NOW_S) * 1_000);
}

function deliveryOf(vector: Vector): RawDelivery {
  return {
    body: new TextEncoder().encode(vector.body),
    headers: vector.headers,
    url: vector.url ?? DEFAULT_URL,
  };
}

function readVectors(): readonly Vector[] {
  const text = readFileSync(join(requiredSharedFolder(), 'providers', 'webhook-vectors.json'), 'utf8');
  return (JSON.parse(text) as { readonly vectors: readonly Vector[] }).vectors;
}
