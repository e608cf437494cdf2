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
  /** When its standard error says so; fails when it ends without. Waits without work: the programs need the cores. */
  said(what: RegExp): Promise<RegExpExecArray>;
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
  const waiting = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const look of waiting) look();
  });
  const finished = new Promise<Finished>((done) =>
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr })),
  );
  const said = (what: RegExp) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const look = () => {
        const found = what.exec(stderr);
        if (found === null) return;
        waiting.delete(look);
        done(found);
      };
      waiting.add(look);
      look();
      void finished.then(({ code }) => fail(new Error(`it ended with ${code} and never said ${what}: ${stderr}`)));
    });
  return { child, said, finished };
}

export interface Folder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'cf-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What a program that was killed has started ends by itself: resolves when nothing of it is left. */
export async function untilNothingRuns(folder: string): Promise<void> {
  while ((await leftRunning(folder)).length > 0);
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
