import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** A thing that can be kept: its whole state, and optionally the single changes since. */
export interface Keepable {
  snapshot(): unknown;
  restore(state: unknown): void;
  /** Repeats one change that was appended after the snapshot. */
  apply?(record: unknown): void | Promise<void>;
}

/** So many appended changes make a new snapshot worth its cost. */
const COMPACT_AFTER = 1_000;

interface Line {
  readonly seq: number;
  readonly record: unknown;
}

interface Saved {
  /** The last change that the state contains. */
  readonly seq: number;
  readonly state: unknown;
}

function parseLine(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/**
 * One state in `<name>.json`, replaced atomically, and the changes since in `<name>.journal`. What `append` was given
 * survives the death of the process (not of the machine: the journal is not synced to the disk at each line).
 */
export class StateFile {
  readonly #path: string;
  readonly #journal: string;
  readonly #kept: Keepable;
  #seq = 0;
  #appended = 0;

  constructor(directory: string, name: string, kept: Keepable) {
    mkdirSync(directory, { recursive: true });
    this.#path = join(directory, `${name}.json`);
    this.#journal = join(directory, `${name}.journal`);
    this.#kept = kept;
  }

  /** Brings back what was kept; a new file gets the present state at once. */
  async load(): Promise<void> {
    if (existsSync(this.#path)) {
      const saved = JSON.parse(readFileSync(this.#path, 'utf8')) as Saved;
      this.#seq = saved.seq;
      this.#kept.restore(saved.state);
      await this.#replay();
    }
    this.save();
  }

  async #replay(): Promise<void> {
    if (!existsSync(this.#journal)) return;
    for (const text of readFileSync(this.#journal, 'utf8').split('\n')) {
      const line = text === '' ? null : parseLine(text);
      if (!line || line.seq <= this.#seq) continue;
      await this.#kept.apply?.(line.record);
      this.#seq = line.seq;
    }
  }

  append(record: unknown): void {
    this.#seq += 1;
    appendFileSync(this.#journal, `${JSON.stringify({ seq: this.#seq, record } satisfies Line)}\n`);
    this.#appended += 1;
  }

  /** Whether the journal has grown long. */
  get isLong(): boolean {
    return this.#appended >= COMPACT_AFTER;
  }

  save(): void {
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, JSON.stringify({ seq: this.#seq, state: this.#kept.snapshot() } satisfies Saved));
    const file = openSync(temporary, 'r+');
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, this.#path);
    if (existsSync(this.#journal)) truncateSync(this.#journal, 0);
    this.#appended = 0;
  }
}
