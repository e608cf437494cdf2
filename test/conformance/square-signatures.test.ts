import { expect, test } from 'vitest';
import { squareSignature } from '../../sandbox/src/index.ts';
import { asList, asObject, asText, readObject, sourceOf } from './json-reader.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';

const HEADER = 'x-square-hmacsha256-signature';
const VECTORS = 'providers/webhook-vectors.json';
const OFFICIAL = 'specs/square/samples/webhook-signature.json';

function vectors(file: string) {
  const shared = requiredSharedFolder();
  return asList(readObject(shared, file).vectors, file).map((value, index) => {
    const source = sourceOf(file, 'vectors', index);
    return { source, vector: asObject(value, source) };
  });
}

describeConformance("Square's signature vectors", () => {
  test('of the official client are what the sandbox signs with', () => {
    const signed = vectors(OFFICIAL).map(({ vector, source }) => [
      squareSignature(
        asText(vector.signatureKey, source),
        asText(vector.notificationUrl, source),
        asText(vector.body, source),
      ),
      vector.signature,
    ]);
    expect(signed.length).toBeGreaterThan(0);
    for (const [ours, theirs] of signed) expect(ours).toBe(theirs);
  });

  test('are ours exactly where they are valid', () => {
    const own = vectors(VECTORS).filter(({ vector }) => vector.provider === 'square');
    expect(own.length).toBeGreaterThan(2);
    for (const { vector, source } of own) {
      const headers = asObject(vector.headers, source);
      const ours = squareSignature(asText(vector.key, source), asText(vector.url, source), asText(vector.body, source));
      expect([vector.id, ours === headers[HEADER]]).toEqual([
        vector.id,
        asObject(vector.expect, source).valid === true,
      ]);
    }
  });
});
