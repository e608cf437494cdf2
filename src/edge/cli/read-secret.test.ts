import { describe, expect, test } from 'vitest';
import type { CliFailure } from './failure.ts';
import { fakeIo } from './fixtures/fake-io.ts';
import { readSecret } from './read-secret.ts';

const refused = { name: 'CliFailure', exit: 'usage' } satisfies Partial<CliFailure>;

describe('a credential', () => {
  test('comes from the file that is named, without white space around it', async () => {
    const { io } = fakeIo({ files: { key: '  sk_test_sandbox\n' } });
    expect((await readSecret(io, 'key')).reveal()).toBe('sk_test_sandbox');
  });

  test.each([undefined, '-'])('comes from standard input with %s', async (path) => {
    const { io } = fakeIo({ stdin: 'sk_test_sandbox\n' });
    expect((await readSecret(io, path)).reveal()).toBe('sk_test_sandbox');
  });

  test('is not asked for on a terminal, where it would be seen', async () => {
    await expect(readSecret(fakeIo().io, undefined)).rejects.toMatchObject({
      ...refused,
      remedy: expect.stringContaining('--secret-file'),
    });
  });

  test.each([
    ['is empty', ''],
    ['holds more than one word', 'sk_test one two'],
  ])('that %s is refused without being repeated', async (problem, text) => {
    const { io } = fakeIo({ files: { key: text } });
    const failure: unknown = await readSecret(io, 'key').catch((error: unknown) => error);
    expect(failure).toMatchObject({ ...refused, message: expect.stringContaining(problem) });
    expect(String(failure)).not.toContain('sk_test');
  });

  test('in a file that cannot be read names the file', async () => {
    await expect(readSecret(fakeIo().io, 'nowhere')).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('nowhere'),
    });
  });
});
