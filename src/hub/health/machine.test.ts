import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemMachine } from './machine.ts';

test('the machine tells the free space of the disk that holds the data directory', async () => {
  const { free_bytes, total_bytes } = await systemMachine(tmpdir()).disk();
  expect(free_bytes).toBeGreaterThan(0);
  expect(total_bytes).toBeGreaterThanOrEqual(free_bytes);
});

test('a data directory that is not there has no disk', async () => {
  await expect(systemMachine(join(tmpdir(), 'not', 'there')).disk()).rejects.toThrow('ENOENT');
});

test('the machine tells what this process uses and may still take', async () => {
  const { used_bytes, available_bytes, limit_bytes } = await systemMachine(tmpdir()).memory();
  expect(used_bytes).toBeGreaterThan(1024 ** 2);
  expect(used_bytes).toBeLessThan(limit_bytes);
  expect(available_bytes).toBeGreaterThan(0);
});
