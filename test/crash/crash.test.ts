import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftRunning, untilNothingRuns } from '../support/programs.ts';
import { cleanEnvironment } from './program.ts';
import type { CrashReport } from './report.ts';

const RUN = join(import.meta.dirname, 'run.ts');
const ROUNDS = 20;
const SEED = 20;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...words: readonly string[]) {
  const child = spawn(process.execPath, [RUN, ...words], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, ...said })));
  return { child, said, ended };
}

function folderIn(stderr: string): string {
  return /logs and data in (\S+)/.exec(stderr)![1]!;
}

describe('kill -9 at twenty moments', () => {
  test('nothing that was acknowledged is lost, nothing is posted twice, every promise holds', async () => {
    const { code, stdout, stderr } = await run('--rounds', String(ROUNDS), '--seed', String(SEED), '--json').ended;
    expect(code, stderr.slice(-3_000)).toBe(0);
    const report = JSON.parse(stdout) as CrashReport;
    expect(report).toMatchObject({ rounds: ROUNDS, seed: SEED, lost: 0, twice: 0, violations: 0 });
    expect(Math.min(...Object.values(report.kills))).toBeGreaterThan(0);
    expect(report.killsInRestart).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(500);
    // A receipt and a fee for each payment, and more for what became of it.
    expect(report.documents).toBeGreaterThan(report.payments);
    const folder = folderIn(stderr);
    expect([await leftRunning(folder), existsSync(folder)]).toEqual([[], false]);
  });
});

describe('the command', () => {
  test('refuses a wrong number, naming the option', async () => {
    const { code, stdout, stderr } = await run('--rounds', 'x').ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('crash: --rounds must be a whole number from 1 to 50000, not "x"\n');
  });

  test('killed itself, leaves nothing running', async () => {
    const { child, said, ended } = run('--rounds', '1000');
    while (!said.stderr.includes('   1  ') && child.exitCode === null)
      await Promise.race([ended, new Promise((next) => child.stderr.once('data', next))]);
    child.kill('SIGKILL');
    expect((await ended).code, said.stderr).toBeNull();
    const folder = folderIn(said.stderr);
    await untilNothingRuns(folder);
    await rm(folder, { recursive: true });
  });
});
