import { describe, expect, test } from 'vitest';
import type { Checkup } from '../../../hub/operate/index.ts';
import { judgeDatabase, judgeMigrations } from './judge-database.ts';
import {
  judgeDirectory,
  judgeDisk,
  judgePort,
  judgePublicUrl,
  judgeRuntime,
  judgeSecretFile,
} from './judge-machine.ts';

const GIB = 1024 ** 3;

test.each([
  ['24.1.0', 'ok'],
  ['22.19.0', 'warn'],
  ['26.0.1', 'warn'],
  ['22.18.9', 'fail'],
  ['20.0.0', 'fail'],
])('Node.js %s: %s', (version, status) => {
  expect(judgeRuntime(version).status).toBe(status);
});

test.each([
  [2 * GIB, 'ok'],
  [GIB - 1, 'warn'],
  [50 * 1024 ** 2, 'fail'],
])('%i bytes free: %s', (bytes, status) => {
  expect(judgeDisk(bytes).status).toBe(status);
});

describe('the data directory', () => {
  test.each([
    [0o700, 'ok'],
    [0o711, 'ok'],
    [0o755, 'warn'],
    [0o770, 'warn'],
  ])('with the mode %i: %s', (mode, status) => {
    expect(judgeDirectory('/data', { mode, isDirectory: true }).status).toBe(status);
  });

  test('that is not there, or is a file, fails', () => {
    expect(judgeDirectory('/data', null).status).toBe('fail');
    expect(judgeDirectory('/data', { mode: 0o600, isDirectory: false }).status).toBe('fail');
  });

  test('holds secrets that only their owner may read', () => {
    expect(judgeSecretFile('key', '/data/master.key', { mode: 0o600, isDirectory: false }).status).toBe('ok');
    expect(judgeSecretFile('key', '/data/master.key', null).status).toBe('ok');
    expect(judgeSecretFile('key', '/data/master.key', { mode: 0o640, isDirectory: false })).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('0640'),
      remedy: 'chmod 600 /data/master.key',
    });
  });
});

describe('a port', () => {
  const probed = { name: 'API port', host: '127.0.0.1', port: 4170, isServerOurs: false };
  test.each([
    ['free', false, 'ok'],
    ['taken', true, 'ok'],
    ['taken', false, 'fail'],
    ['EACCES', false, 'fail'],
  ])('that is %s while our server answers: %s, is %s', (found, isServerOurs, status) => {
    expect(judgePort({ ...probed, found, isServerOurs }).status).toBe(status);
  });

  test('that is chosen at the start is fine', () => {
    expect(judgePort({ ...probed, port: 0, found: 'free' }).status).toBe('ok');
  });
});

test('a public address on this machine is a warning', () => {
  expect(judgePublicUrl('http://127.0.0.1:4171', 60_000)).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('60 s'),
  });
  expect(judgePublicUrl('https://books.example.com', 60_000).status).toBe('ok');
});

describe('the database', () => {
  const sound: Checkup['database'] = {
    versionNumber: 180_004,
    latency_ms: 1,
    clockSkew_ms: 0,
    roles: [{ role: 'counterfoil_app', bypasses: false }],
    openTables: [],
  };
  const failing = (change: Partial<Checkup['database']>) =>
    judgeDatabase({ ...sound, ...change })
      .filter(({ status }) => status !== 'ok')
      .map(({ name, status }) => `${name} ${status}`);

  test('that is sound passes every check', () => {
    expect(failing({})).toEqual([]);
  });

  test.each([
    [{ versionNumber: 160_003 }, ['database warn']],
    [{ latency_ms: 80 }, ['database speed warn']],
    [{ clockSkew_ms: -2_500 }, ['clock warn']],
    [{ clockSkew_ms: 61_500 }, ['clock fail']],
    [{ roles: [{ role: 'counterfoil_app', bypasses: true }] }, ['isolation fail']],
    [{ openTables: ['postings'] }, ['isolation fail']],
  ])('with %j: %j', (change, found) => {
    expect(failing(change)).toEqual(found);
  });

  test('far away is not called ahead for what the way to it takes', () => {
    expect(failing({ latency_ms: 4_000, clockSkew_ms: 3_000 })).toEqual(['database speed warn']);
  });

  test('that lacks a migration fails', () => {
    expect(judgeMigrations([{ name: '0001_first', appliedAt: 1 }]).status).toBe('ok');
    expect(judgeMigrations([{ name: '0001_first', appliedAt: null }])).toMatchObject({
      status: 'fail',
      remedy: 'Run `counterfoil migrate up`.',
    });
  });
});
