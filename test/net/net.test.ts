import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { MODES } from './modes.ts';
import type { Result } from './round.ts';

const RUN = resolve(import.meta.dirname, 'run.ts');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      texts[name] += chunk.toString();
    });
  return new Promise((done) => child.once('close', (code) => done({ code, ...texts })));
}

test('every fault of the network: no promise is broken, everything recovers in time, nothing leaks', async () => {
  const { stdout, stderr } = await run('--json');
  const { results } = JSON.parse(stdout) as { readonly results: readonly Result[] };
  expect(new Set(results.map(({ mode }) => mode)), stderr).toEqual(new Set(MODES));
  const bad = results.filter(({ ok }) => !ok);
  expect(bad, stderr).toEqual([]);
});

test('wrong input ends with 2 and names the option', async () => {
  expect(await run('--mode', 'foo')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--mode must be one of'),
  });
});
