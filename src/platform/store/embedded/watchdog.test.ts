import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startWatchdog } from './watchdog.ts';

test('a watchdog that stands down leaves the process alone', async () => {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  const watchdog = startWatchdog(child.pid!, { ask: 'TERM', insist: 'KILL' });
  await watchdog.standDown();
  expect(child.signalCode).toBeNull();
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('a watchdog over a process that has ended leaves by itself', async () => {
  const child = spawn('/bin/sh', ['-c', 'exit 0'], { stdio: 'ignore' });
  await once(child, 'exit');
  await startWatchdog(child.pid!, { ask: 'TERM', insist: 'KILL' }).standDown();
});
