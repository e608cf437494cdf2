import { createHash, type Hash } from 'node:crypto';

/** What happened, in one number: two runs of a seed on one commit must agree in it. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  readonly #kept: string[] = [];
  readonly #keep: number;

  /** `keep`: how many of the last lines are kept for a person. */
  constructor(keep = 0) {
    this.#keep = keep;
  }

  add(line: string): void {
    this.#hash.update(line).update('\n');
    if (this.#keep === 0) return;
    this.#kept.push(line);
    if (this.#kept.length > 2 * this.#keep) this.#kept.splice(0, this.#keep);
  }

  lines(): readonly string[] {
    return this.#kept.slice(-this.#keep);
  }

  /** Hexadecimal. Nothing may be added afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** Enough of an outcome to tell two runs apart. */
export function brief(outcome: unknown): string {
  if (Array.isArray(outcome)) return `[${outcome.length}]`;
  if (typeof outcome === 'object' && outcome !== null) return 'status' in outcome ? String(outcome.status) : '{}';
  return String(outcome);
}
