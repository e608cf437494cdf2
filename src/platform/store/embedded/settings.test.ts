import { expect, test } from 'vitest';
import { checkSettings, serverArguments } from './settings.ts';

const place = { cluster: '/data/postgres', socketDirectory: '/data/a, "b"/socket' };

test('the server opens no port, syncs to disk and logs no values', () => {
  const args = serverArguments({ ...place, settings: {} });
  expect(args.slice(0, 2)).toEqual(['-D', '/data/postgres']);
  expect(args).toEqual(
    expect.arrayContaining([
      'listen_addresses=',
      'fsync=on',
      'shared_buffers=64MB',
      'max_connections=60',
      'io_method=sync',
      'log_error_verbosity=terse',
      'log_min_error_statement=panic',
    ]),
  );
});

test('a socket path with a comma, a space or a quote stays one path', () => {
  expect(serverArguments({ ...place, settings: {} })).toContain('unix_socket_directories="/data/a, ""b""/socket"');
});

test('a caller may change what is not reserved', () => {
  checkSettings({ work_mem: '8MB' });
  const args = serverArguments({ ...place, settings: { work_mem: '8MB', max_connections: '10' } });
  expect(args).toContain('work_mem=8MB');
  expect(args).toContain('max_connections=10');
  expect(args).not.toContain('max_connections=60');
});

test('a setting that would open a port is refused', () => {
  expect(() => checkSettings({ Listen_Addresses: '*' })).toThrow(/Listen_Addresses/);
});
