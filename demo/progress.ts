/** Where progress goes: never standard output, which is for results. */
export interface ProgressOutput {
  readonly isTTY: boolean;
  write(text: string): void;
}

const WIDTH = 28;
/** A terminal is repainted at most this often; elsewhere a line is written for each new step only. */
const REPAINT_MS = 100;

/** One line that says what is being done and how far it is. */
export class Progress {
  readonly #out: ProgressOutput;
  readonly #now: () => number;
  #step = '';
  #paintedAt = 0;

  constructor(out: ProgressOutput, now: () => number) {
    this.#out = out;
    this.#now = now;
  }

  /** `share` from 0 to 1, or null when it cannot be known. */
  show(step: string, share: number | null, detail: string): void {
    const now = this.#now();
    if (!this.#out.isTTY) {
      if (step !== this.#step) this.#out.write(`${step}: ${detail}\n`);
      this.#step = step;
      return;
    }
    const changed = step !== this.#step;
    if (!changed && now - this.#paintedAt < REPAINT_MS) return;
    if (changed && this.#step !== '') this.#out.write('\n');
    this.#step = step;
    this.#paintedAt = now;
    this.#out.write(`\r\u001b[2K${bar(share)} ${step.padEnd(12)} ${detail}`);
  }

  /** Leaves the last line as it is and goes on below it. */
  end(): void {
    if (this.#out.isTTY && this.#step !== '') this.#out.write('\n');
    this.#step = '';
  }
}

function bar(share: number | null): string {
  if (share === null) return `[${'·'.repeat(WIDTH)}]`;
  const full = Math.round(Math.min(Math.max(share, 0), 1) * WIDTH);
  return `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}]`;
}
