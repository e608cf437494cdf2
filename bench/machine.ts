import { spawn } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { resolve } from 'node:path';
import { systemClock } from '../src/kernel/clock.ts';
import type { MachineFacts } from './results.ts';

const ROOT = resolve(import.meta.dirname, '..');
const GIB = 1024 ** 3;

/** The machine, and what runs on it. `postgres` is the version that the measured server told. */
export async function machineFacts(postgres: string): Promise<MachineFacts> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / GIB),
    os: `${type()} ${release()}`,
    node: process.versions.node,
    postgres,
    commit: await commit(),
    date: new Date(systemClock.now()).toISOString(),
  };
}

async function commit(): Promise<string> {
  const hash = await git('rev-parse', '--short', 'HEAD');
  if (hash === null) return 'unknown';
  const changed = await git('status', '--porcelain', '--untracked-files=no');
  return changed === '' ? hash : `${hash}+`;
}

/** What git says, or null outside of a repository. */
function git(...args: readonly string[]): Promise<string | null> {
  return new Promise((done) => {
    const child = spawn('git', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', () => done(null));
    child.once('close', (code) => done(code === 0 ? text.trim() : null));
  });
}
