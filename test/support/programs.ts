import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  stderr(): string;
  readonly finished: Promise<Finished>;
}

/** Runs `counterfoil …` as a process of its own in `folder`, with nothing of our configuration. */
export function counterfoil(folder: string, ...args: readonly string[]): Program {
  return counterfoilWith({}, folder, ...args);
}

/** The same with variables of its own. */
export function counterfoilWith(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Program {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COUNTERFOIL_|DATABASE_URL|VITEST|NODE_OPTIONS)/.test(name)),
  );
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const finished = new Promise<Finished>((done) =>
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr })),
  );
  return { child, stderr: () => stderr, finished };
}

export interface Folder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'cf-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Processes whose command line names the folder: what a program that ended has left running. */
export async function leftRunning(folder: string): Promise<readonly string[]> {
  const { stdout } = await new Promise<{ stdout: string }>((done) => {
    const ps = spawn('ps', ['-eo', 'pid=,args=']);
    let text = '';
    ps.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    ps.once('close', () => done({ stdout: text }));
  });
  return stdout.split('\n').filter((line) => line.includes(folder));
}
