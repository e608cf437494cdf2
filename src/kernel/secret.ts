import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * A value that must not reach a log, an error or a screen by accident: JSON, string conversion and inspection all show
 * `[secret]`. Only {@link Secret.reveal} gives it back, so a search for that word finds every use.
 */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toJSON(): string {
    return SHOWN;
  }
  toString(): string {
    return SHOWN;
  }
  [inspect.custom](): string {
    return SHOWN;
  }
}
