import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/store/embedded/index.ts';
import type { OwnerAddress } from '../../src/platform/store/index.ts';
import type { Draw } from './draw.ts';

/** Each process of the product may open some thirty connections, and there are three, and ourselves. */
const MAX_CONNECTIONS = '150';
/** PostgreSQL says so after each recovery. */
const READY = 'database system is ready to accept connections';
/** A recovery that takes longer never ends; and a process whose end needs no recovery is not waited for longer. */
const LONGEST_RECOVERY_MS = 20_000;

/** The real PostgreSQL as our own child, with everything on that makes it survive a power cut. */
export class DatabaseServer {
  readonly #dataDir: string;
  readonly #logFile: string;
  #running: EmbeddedPostgres | null = null;
  /** The file with the last one's id stays until the next one has started. */
  readonly #killed = new Set<number>();
  #onReady: () => void = () => {};

  constructor(dataDir: string, logDir: string) {
    this.#dataDir = dataDir;
    this.#logFile = join(logDir, 'postgres.log');
  }

  get address(): OwnerAddress {
    return { ...this.#server().connection, ssl: false };
  }

  /** As `DATABASE_URL` has it. */
  url(database = this.#server().connection.database): string {
    const { user, password, host } = this.#server().connection;
    return `postgres://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}`;
  }

  async start(): Promise<void> {
    const note = (fields: object, message: string) => {
      appendFileSync(this.#logFile, `${new Date().toISOString()} ${message} ${JSON.stringify(fields)}\n`);
      if (message === READY) this.#onReady();
    };
    this.#running = await startEmbeddedPostgres({
      dataDir: this.#dataDir,
      clock: systemClock,
      randomBytes: (length) => systemRandom.bytes(length),
      log: { debug: note, info: note, warn: note, error: note },
      settings: { max_connections: MAX_CONNECTIONS },
    });
  }

  kill(): void {
    const { pid } = this.#server();
    this.#killed.add(pid);
    killIfThere(pid);
  }

  /** Starts the server that was killed as soon as it is gone; one that was not killed goes on. */
  async restart(): Promise<void> {
    const { pid, exited } = this.#server();
    if (!this.#killed.has(pid)) return;
    await exited;
    await this.start();
  }

  /** Kills the server wherever it is on its way up; it may have come up already, or not have begun. */
  async killNow(): Promise<void> {
    const text = await readFile(join(this.#dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0]);
    if (!(pid > 1) || this.#killed.has(pid)) return;
    this.#killed.add(pid);
    killIfThere(pid);
  }

  /** The processes of the server: sessions, writers, the checkpointer; to be asked before the moment. */
  async processes(): Promise<readonly number[]> {
    const { pid } = this.#server();
    const text = await new Promise<string>((resolve) => {
      const ps = spawn('ps', ['-eo', 'pid=,ppid=']);
      let said = '';
      ps.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      ps.once('close', () => resolve(said));
    });
    return text
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === pid)
      .map(([child]) => child!);
  }

  /**
   * Kills one of `processes`; the others are ended by the server itself, which then recovers. Answers when it has.
   */
  async killOne(processes: readonly number[], draw: Draw): Promise<void> {
    const limit = systemClock.deadline(LONGEST_RECOVERY_MS);
    const recovered = new Promise<void>((resolve) => {
      this.#onReady = resolve;
      limit.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    if (killIfThere(draw.pick(processes))) await recovered;
    limit.cancel();
  }

  async stop(): Promise<void> {
    await this.#running?.stop('fast');
  }

  #server(): EmbeddedPostgres {
    if (this.#running === null) throw new Error('the database server was not started');
    return this.#running;
  }
}

/** It may have left since it was looked up: a round without this kill, as happens. */
function killIfThere(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
