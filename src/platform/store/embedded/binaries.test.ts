import { expect, test } from 'vitest';
import { findBinaries, parseMajorVersion } from './binaries.ts';

test('the shipped PostgreSQL is version 18 and runs on this machine', async () => {
  const { majorVersion, postgres, initdb } = await findBinaries();
  expect(majorVersion).toBe(18);
  expect(postgres).toMatch(/native\/bin\/postgres$/);
  expect(initdb).toMatch(/native\/bin\/initdb$/);
});

test('the major version is read from releases and prereleases', () => {
  expect(parseMajorVersion('postgres (PostgreSQL) 18.4\n')).toBe(18);
  expect(parseMajorVersion('postgres (PostgreSQL) 19beta1 (Debian 19)\n')).toBe(19);
  expect(() => parseMajorVersion('something else')).toThrow(/something else/);
});
