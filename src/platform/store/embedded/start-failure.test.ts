import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { startFailure } from './start-failure.ts';

test('a failed start tells what PostgreSQL said last', async () => {
  const error = await startFailure({ dataDir: tmpdir(), what: 'It stopped (code 1)', tail: 'FATAL: out of luck\n' });
  expect(error).toMatchObject({ code: 'postgres.start_failed' });
  expect(error.message).toBe("It stopped (code 1). PostgreSQL's last words:\nFATAL: out of luck");
});

test('a failed start without a word says that too', async () => {
  const error = await startFailure({ dataDir: tmpdir(), what: 'It stopped', tail: '' });
  expect(error.message).toContain('said nothing');
});

// The file system of /proc never has any free space.
test.runIf(process.platform === 'linux')('a full disk is recognised by the space that is left', async () => {
  const error = await startFailure({ dataDir: '/proc', what: 'It stopped', tail: 'PANIC: could not write' });
  expect(error).toMatchObject({ code: 'data_directory.unusable' });
  expect(error.message).toMatch(/disk of \/proc is full.*could not write/s);
});
