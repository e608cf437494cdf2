import { get } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Guard } from './guard.ts';
import { Program } from './program.ts';

const ROLES = { api: 'api', worker1: 'worker', worker2: 'worker' } as const;
export type ProcessName = keyof typeof ROLES;
export const WORKERS = ['worker1', 'worker2'] as const;

/** What a process says on standard error once it runs. */
const READY = { api: 'API and health:', worker: 'Worker runs.' } as const;

export interface ProcessesOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Named in every command line, so that a person sees in the list of processes what belongs to the run. */
  readonly dataDir: string;
  readonly logDir: string;
  readonly guard: Guard;
  readonly apiUrl: string;
}

/** A start that takes longer will never end. */
const LONGEST_START_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** More starts in a row than this, each ended by itself, are no bad luck. */
const MOST_STARTS = 5;

/** The product's own processes: one API and two workers over one database. */
export class Processes {
  /** Ends of processes that nobody killed, with their last words. */
  readonly unexpected: string[] = [];
  readonly #options: ProcessesOptions;
  readonly #running = new Map<ProcessName, Program>();
  readonly #ending = new Set<Program>();

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  /** Starts what is not there. */
  start(names: readonly ProcessName[]): void {
    for (const name of names) {
      if (this.#running.get(name)?.isRunning()) continue;
      const program = this.run(name, 'start', '--role', ROLES[name]);
      this.#running.set(name, program);
      void program.exited.then(({ code, signal }) => {
        // One that is still starting may give up when its database is gone; one that runs must not.
        if (!this.#ending.has(program) && program.hasSaid(READY[ROLES[name]]))
          this.unexpected.push(`${name} ended by itself with ${signal ?? code}: ${program.lastWords()}`);
      });
    }
  }

  /** Any command of the product over the same database. */
  run(logName: string, ...args: readonly string[]): Program {
    return this.runWith({}, logName, ...args);
  }

  runWith(variables: NodeJS.ProcessEnv, name: string, ...words: readonly string[]): Program {
    const { environment, dataDir, logDir, guard } = this.#options;
    const args = ['--data-dir', dataDir, ...words];
    return new Program({ name, args, environment: { ...environment, ...variables }, logDir, guard });
  }

  kill(names: readonly ProcessName[]): void {
    for (const program of this.#of(names)) {
      this.#ending.add(program);
      program.kill();
    }
  }

  /** Resolves when the killed processes are gone; answers their ids. */
  async ended(names: readonly ProcessName[]): Promise<readonly number[]> {
    const programs = this.#of(names);
    await Promise.all(programs.map((program) => program.exited));
    return programs.map((program) => program.pid);
  }

  /** Resolves when every process runs and answers. One that gave up, because its database was away, is started anew. */
  async ready(): Promise<void> {
    await Promise.all((Object.keys(ROLES) as ProcessName[]).map((name) => this.#readyOne(name)));
  }

  async #readyOne(name: ProcessName): Promise<void> {
    const until = systemClock.now() + LONGEST_START_MS;
    for (let starts = 1; ; ) {
      const program = this.#running.get(name)!;
      if (await this.#answers(name, program, until)) return;
      if (program.isRunning() || starts >= MOST_STARTS) throw new Error(`${name} is not ready: ${program.lastWords()}`);
      // As a service manager does.
      starts += 1;
      this.start([name]);
    }
  }

  async #answers(name: ProcessName, program: Program, until: number): Promise<boolean> {
    if (!(await within(until, program.says(READY[ROLES[name]])))) return false;
    if (name !== 'api') return true;
    while (program.isRunning() && systemClock.now() < until) {
      if ((await statusOf(`${this.#options.apiUrl}/health/ready`)) === 200) return true;
      await systemClock.sleep(LOOK_EVERY_MS);
    }
    return false;
  }

  /** Asks every process to end; answers what was not an orderly end. */
  async stop(): Promise<readonly string[]> {
    const programs = this.#of(Object.keys(ROLES) as ProcessName[]);
    for (const program of programs) {
      this.#ending.add(program);
      program.child.kill('SIGTERM');
    }
    const exits = await Promise.all(programs.map((program) => program.exited));
    return exits.flatMap(({ code, signal }) =>
      code === 0 ? [] : [`a process ended with ${signal ?? code} on SIGTERM`],
    );
  }

  /** Kills whatever is left. */
  async end(): Promise<void> {
    const names = Object.keys(ROLES) as ProcessName[];
    this.kill(names);
    await this.ended(names);
  }

  #of(names: readonly ProcessName[]): readonly Program[] {
    return names.flatMap((name) => this.#running.get(name) ?? []);
  }
}

async function within(until: number, what: Promise<boolean>): Promise<boolean> {
  const limit = systemClock.deadline(Math.max(0, until - systemClock.now()));
  const late = new Promise<boolean>((resolve) => limit.signal.addEventListener('abort', () => resolve(false)));
  try {
    return await Promise.race([what, late]);
  } finally {
    limit.cancel();
  }
}

/** Null when there is no answer. */
function statusOf(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const call = get(url, { timeout: 5_000, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? null));
      answer.once('error', () => resolve(null));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(null));
  });
}
