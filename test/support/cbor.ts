/** What an authenticator writes in CBOR. */
export type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>;

/** Canonical CBOR (RFC 8949, 4.2) of whole numbers below 2^32, text, bytes and maps. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)]);
  return Buffer.concat([head(5, value.size), ...pairs]);
}

function head(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  if (length < 65_536) return Buffer.from([type | 25, length >> 8, length & 255]);
  const four = Buffer.alloc(5);
  four[0] = type | 26;
  four.writeUInt32BE(length, 1);
  return four;
}
