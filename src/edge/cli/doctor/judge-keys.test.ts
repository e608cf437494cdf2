import { expect, test } from 'vitest';
import type { KeysStatus } from '../../../platform/vault/index.ts';
import { judgeKeys } from './judge-keys.ts';

const NOW = Date.UTC(2026, 10, 20);
const days = (count: number) => NOW - count * 86_400_000;
const key = {
  keyId: 'local-1',
  provider: 'local',
  registeredAt: days(10),
  retiredAt: null,
  dataKeys: 3,
  role: 'in_use',
} as const;
const rotation = { id: 'job_1', kind: 'data_keys', keyId: null, total: 9, done: 4, unreadable: 0 } as const;
const sound: KeysStatus = {
  keys: [key],
  dataKeys: { live: 3, destroyed: 0, oldestAt: days(10), notWrapped: 0 },
  rotations: [],
};

const found = (status: Partial<KeysStatus>) =>
  judgeKeys({ ...sound, ...status }, NOW)
    .filter((check) => check.status !== 'ok')
    .map(({ name, status, remedy }) => [name, status, remedy]);

test('young keys of which one is valid are sound', () => {
  expect(found({})).toEqual([]);
});

test.each([
  [365, []],
  [366, [['key age', 'warn', 'Run `counterfoil keys rotate`.']]],
])('a key in use for %i days', (age, expected) => {
  expect(found({ keys: [{ ...key, registeredAt: days(age) }] })).toEqual(expected);
});

test.each([
  [730, []],
  [731, [['data keys', 'warn', 'Run `counterfoil keys rotate --dek`.']]],
])('a data key in use for %i days', (age, expected) => {
  expect(found({ dataKeys: { ...sound.dataKeys, oldestAt: days(age) } })).toEqual(expected);
});

test('data keys that the key in use does not open fail', () => {
  const [check] = judgeKeys({ ...sound, dataKeys: { ...sound.dataKeys, notWrapped: 2 } }, NOW).filter(
    ({ status }) => status === 'fail',
  );
  expect(check).toMatchObject({ name: 'data keys', detail: '2 of 3 are not opened by the key in use' });
});

test('a rotation that was forgotten, and a second key that was not ended, are told with what to do', () => {
  expect(found({ rotations: [{ ...rotation, startedAt: days(2), finishedAt: null }] })).toEqual([
    ['rotation', 'warn', 'Run `counterfoil keys rotate --dek`; it goes on where it stopped.'],
  ]);
  expect(found({ rotations: [{ ...rotation, startedAt: days(0), finishedAt: null }] })).toEqual([]);
  expect(found({ keys: [key, { ...key, keyId: 'local-2', role: 'next' }] })).toEqual([
    ['rotation', 'warn', expect.stringContaining('--retire')],
  ]);
});

test('a key in use that is not registered fails', () => {
  expect(found({ keys: [{ ...key, role: 'elsewhere' }] })).toEqual([['key age', 'fail', expect.any(String)]]);
});
