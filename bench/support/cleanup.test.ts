import { expect, test } from 'vitest';
import { Cleanup } from './cleanup.ts';

test('lets go of the newest first, also of what was added after an earlier end', async () => {
  const cleanup = new Cleanup();
  const done: string[] = [];
  const add = (name: string) => cleanup.add(async () => void done.push(name));
  await cleanup.run();
  add('server');
  add('client');
  await cleanup.run();
  add('next');
  await cleanup.run();
  expect(done).toEqual(['client', 'server', 'next']);
});

test('goes on after a step that fails, and tells of it at the end', async () => {
  const cleanup = new Cleanup();
  const done: string[] = [];
  cleanup.add(async () => void done.push('first'));
  cleanup.add(() => Promise.reject(new Error('stuck')));
  await expect(cleanup.run()).rejects.toThrow('stuck');
  expect(done).toEqual(['first']);
});
