import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { Guard } from './guard.ts';

test('whatever is still there when the guard is left alone is killed, and nothing else', async () => {
  const guard = new Guard('/nowhere');
  const [left, gone, other] = [0, 1, 2].map(() => spawn('sleep', ['600'], { stdio: 'ignore' }));
  const ended = (child: typeof left) => new Promise((done) => child!.once('exit', (_code, signal) => done(signal)));
  const endOfLeft = ended(left);
  const endOfGone = ended(gone);
  guard.watch(left!);
  guard.watch(gone!);
  gone!.kill('SIGTERM');
  expect(await endOfGone).toBe('SIGTERM');
  await guard.end();
  expect(await endOfLeft).toBe('SIGKILL');
  expect([other!.exitCode, other!.signalCode]).toEqual([null, null]);
  const endOfOther = ended(other);
  other!.kill('SIGKILL');
  await endOfOther;
});
