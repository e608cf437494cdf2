import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Guard } from './guard.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramStart {
  /** Names its log. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logDir: string;
  readonly guard: Guard;
}

/** `counterfoil …` as a process of its own, whose words are kept in a file. */
export class Program {
  readonly child: ChildProcess;
  readonly exited: Promise<ProgramExit>;
  #said = '';
  #waiting: (() => void)[] = [];

  constructor({ name, args, environment, logDir, guard }: ProgramStart) {
    const path = join(logDir, `${name}.log`);
    appendFileSync(path, `--- ${new Date().toISOString()} counterfoil ${args.join(' ')}\n`);
    const log = openLog(path);
    this.child = spawn(process.execPath, [MAIN, ...args], { env: environment, stdio: ['ignore', log, 'pipe'] });
    guard.watch(this.child);
    this.child.stderr!.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      this.#said += text;
      appendFileSync(path, text);
      this.#wakeAll();
    });
    this.exited = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })));
    void this.exited.then(() => this.#wakeAll());
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  hasSaid(text: string): boolean {
    return this.#said.includes(text);
  }

  /** Resolves when it has said so on standard error; false when it ended before. */
  async says(text: string): Promise<boolean> {
    while (!this.hasSaid(text)) {
      if (!this.isRunning()) return false;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    return true;
  }

  lastWords(): string {
    return this.#said.slice(-2_000);
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const logs = new Map<string, number>();

/** One descriptor for each log, however often its program is started. */
function openLog(path: string): number {
  const known = logs.get(path) ?? openSync(path, 'a');
  logs.set(path, known);
  return known;
}

/** This process's environment with nothing in it that would configure the product or its tests. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COUNTERFOIL_|DATABASE_URL|VITEST|NODE_OPTIONS)/.test(name)),
  );
}
