import { expect, test } from 'vitest';
import { systemRandom } from './random.ts';

test('no bytes are handed out twice, and none are left blank', () => {
  const all = Array.from({ length: 2_000 }, (_, index) => systemRandom.bytes(16 + (index % 49)));
  expect(all.map((bytes) => bytes.length)).toEqual(all.map((_, index) => 16 + (index % 49)));
  expect(new Set(all.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(2_000);
  expect(all.filter((bytes) => bytes.every((byte) => byte === 0))).toEqual([]);
});

test('what was handed out belongs to its owner', () => {
  const first = systemRandom.bytes(32);
  const copy = Uint8Array.from(first);
  const second = systemRandom.bytes(32).fill(0);
  expect(first).toEqual(copy);
  expect(second.every((byte) => byte === 0)).toBe(true);
});
