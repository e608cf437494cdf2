import type { SandboxDoors } from './provider.ts';
import { createRandom } from './random.ts';

/** Doors for tests: a clock that only moves when told, and chance from a seed. */
export interface TestDoors extends SandboxDoors {
  /** Milliseconds since 1970. */
  set(ms: number): void;
  pass(ms: number): void;
  /** Lets the time pass at once. */
  wait(ms: number): Promise<void>;
}

/** Monday, 5 October 2026, 10:00 UTC, in Unix seconds. */
export const MONDAY = Date.UTC(2026, 9, 5, 10) / 1000;
export const DAY = 86_400;

export function testDoors(startMs = MONDAY * 1000, seed = 1): TestDoors {
  const random = createRandom(seed);
  let now = startMs;
  return {
    now: () => now,
    random: () => random.next(),
    set(ms) {
      now = ms;
    },
    pass(ms) {
      now += ms;
    },
    async wait(ms) {
      now += ms;
    },
  };
}

/** An answer of any shape, for looking into: a field that is not there is undefined. */
export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  get json(): unknown {
    return JSON.parse(this.text);
  }

  /** The value at a dotted path, such as `data.0.id`. */
  at(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], this.json);
  }

  /** The rows of a list, or of a bare array. */
  get rows(): Record<string, unknown>[] {
    const body = this.json as { data?: Record<string, unknown>[] } | Record<string, unknown>[];
    return Array.isArray(body) ? body : (body.data ?? []);
  }

  static async of(response: Response): Promise<Answer> {
    return new Answer(response.status, response.headers, await response.text());
  }
}
