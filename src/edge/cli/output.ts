import type { CliIo } from './doors.ts';

export interface OutputOptions {
  readonly json: boolean;
  /** No notes and no progress; errors are shown all the same. */
  readonly quiet: boolean;
  readonly color: boolean;
}

export type Tone = 'good' | 'warn' | 'bad' | 'faint';

const CODES: Readonly<Record<Tone, number>> = { good: 32, warn: 33, bad: 31, faint: 2 };
const CLEAR_LINE = '\r\u001b[2K';

/** Data goes to standard output, everything else to standard error. */
export class Output {
  readonly #io: CliIo;
  readonly #options: OutputOptions;
  #hasProgress = false;

  constructor(io: CliIo, options: OutputOptions) {
    this.#io = io;
    this.#options = options;
  }

  get isJson(): boolean {
    return this.#options.json;
  }

  /** The answer of a command: one JSON object, or text. */
  answer(data: object, text: string): void {
    this.endProgress();
    if (this.#options.json) this.#io.stdout.write(`${JSON.stringify(data)}\n`);
    else if (text !== '') this.#io.stdout.write(`${text}\n`);
  }

  /** Said beside the answer. */
  note(text: string): void {
    if (this.#options.quiet) return;
    this.endProgress();
    this.#io.stderr.write(`${text}\n`);
  }

  error(text: string): void {
    this.endProgress();
    this.#io.stderr.write(`${text}\n`);
  }

  /** One line that is overwritten by the next; on a terminal only. */
  progress(text: string): void {
    const { stderr } = this.#io;
    if (this.#options.quiet || !stderr.isTTY) return;
    // A line that wraps could not be overwritten.
    stderr.write(`${CLEAR_LINE}${text.slice(0, Math.max(stderr.columns - 1, 20))}`);
    this.#hasProgress = true;
  }

  endProgress(): void {
    if (this.#hasProgress) this.#io.stderr.write(CLEAR_LINE);
    this.#hasProgress = false;
  }

  /** Colours a word of an answer, on a terminal that wants it. Never the only bearer of a meaning. */
  paint(tone: Tone, text: string): string {
    return this.#options.color ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text;
  }
}
