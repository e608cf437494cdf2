import { expect, test } from 'vitest';
import { accessVersion } from './access-version.ts';
import { VERSION_LIFE_MS } from './limits.ts';

function counted() {
  let now = 0;
  let reads = 0;
  const read = async () => {
    reads += 1;
    return BigInt(reads);
  };
  const move = (ms: number) => {
    now += ms;
  };
  return { version: accessVersion(read, { now: () => now }), move };
}

test('the version is read once for everybody, and again when it is old', async () => {
  const { version, move } = counted();
  expect(await Promise.all([version.now(), version.now()])).toEqual([1n, 1n]);
  move(VERSION_LIFE_MS / 2 - 1);
  expect(await version.now()).toBe(1n);
  move(VERSION_LIFE_MS / 2 + 1);
  expect(await version.now()).toBe(2n);
});

test('a version that is getting old is read again while it is told', async () => {
  const { version, move } = counted();
  await version.now();
  move(VERSION_LIFE_MS / 2);
  expect(await version.now()).toBe(1n);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await version.now()).toBe(2n);
});

test('after a change of this process it is read again, also when the change failed', async () => {
  const { version } = counted();
  expect(await version.now()).toBe(1n);
  await version.changing(async () => {})();
  expect(await version.now()).toBe(2n);
  await expect(version.changing(() => Promise.reject(new Error('cut off')))()).rejects.toThrow('cut off');
  expect(await version.now()).toBe(3n);
});

test('what was read while something changed is not kept', async () => {
  const answers = [Promise.withResolvers<bigint>(), Promise.withResolvers<bigint>()];
  let reads = 0;
  const version = accessVersion(() => answers[reads++]!.promise, { now: () => 0 });
  const before = version.now();
  await Promise.resolve();
  await version.changing(async () => {})();
  answers[0]!.resolve(1n);
  expect(await before).toBe(1n);
  answers[1]!.resolve(2n);
  expect(await version.now()).toBe(2n);
});
