import { describe, expect, test } from 'vitest';
import { Secret } from '../../kernel/secret.ts';
import { ownerAddress, readDatabaseUrl } from './database-url.ts';

describe('an address of a database', () => {
  test.each([
    [
      'postgres://owner:p%40ss@db.internal:6432/books?sslmode=verify-full',
      { host: 'db.internal', port: 6432, user: 'owner', password: 'p@ss', database: 'books', ssl: true },
    ],
    ['postgresql://o@h/b', { host: 'h', port: 5432, user: 'o', password: '', database: 'b', ssl: false }],
    ['postgres://o:p@[::1]/b', { host: '::1', port: 5432, user: 'o', password: 'p', database: 'b', ssl: false }],
    [
      'postgres://o:p@localhost/b?host=/var/run/postgresql',
      { host: '/var/run/postgresql', port: 5432, user: 'o', password: 'p', database: 'b', ssl: false },
    ],
    [
      'postgres://o:p@%2Fvar%2Frun%2Fpostgresql/b',
      { host: '/var/run/postgresql', port: 5432, user: 'o', password: 'p', database: 'b', ssl: false },
    ],
    [
      'postgres://o:p@h/b?sslmode=disable',
      { host: 'h', port: 5432, user: 'o', password: 'p', database: 'b', ssl: false },
    ],
    [
      'postgres://o:p@h/b?sslmode=require',
      { host: 'h', port: 5432, user: 'o', password: 'p', database: 'b', ssl: true },
    ],
  ])('%s is read', (text, address) => {
    expect(ownerAddress(new Secret(text))).toEqual(address);
  });

  test.each([
    ['mysql://o:hunter2@h/b', 'must be an address'],
    ['hunter2', 'must be an address'],
    ['postgres:///b', 'no host; names no user'],
    ['postgres://o:hunter2@h', 'names no database'],
    ['postgres://o:hunter2@h/b?sslmode=prefer', 'sslmode must be'],
    ['postgres://o:hunter2@h/b?host=hunter2', 'must be the directory of a Unix socket'],
    ['postgres://o:hunter2@h/b?sslrootcert=hunter2', 'parameters other than'],
    ['postgres://o:hunter2%@h/b', 'write it as %25'],
  ])('%s is refused without being repeated', (text, part) => {
    const read = readDatabaseUrl(text);
    expect(read.ok).toBe(false);
    expect(read.ok ? '' : read.problems.join()).toContain(part);
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });
});
