import type { Chance } from './chance.ts';

/** Whoever makes calls through the gate and may die with them. */
export interface Life {
  readonly name: string;
  isAlive(): boolean;
  /** True while it stands still: its calls wait. */
  isFrozen(): boolean;
}

interface Parked {
  readonly life: Life;
  readonly tag: string;
  readonly run: () => Promise<unknown>;
  /** What the call was given, for those who look on. */
  readonly input: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What the gate asks around each call. */
export interface GateHooks {
  /** True: the process dies at this moment, before the call is made. */
  diesBefore(life: Life, tag: string): boolean;
  /** True: it dies after the call took effect and before it learns of it. */
  diesAfter(life: Life, tag: string): boolean;
  /** Called when a process dies. */
  kill(life: Life, tag: string): void;
  done(call: Done): void;
}

/** A call that took effect. */
export interface Done {
  readonly life: Life;
  readonly tag: string;
  readonly input: readonly unknown[];
  /** What it answered, or the error that it threw. */
  readonly outcome: unknown;
  readonly failed: boolean;
}

/**
 * Every call of a process to the world outside parks here, and the seed chooses which one goes next: exactly one is
 * under way at any time, so the same seed gives the same order of effects.
 */
export class Gate {
  #parked: Parked[] = [];
  readonly #chance: Chance;
  readonly #hooks: GateHooks;
  #steps = 0;

  constructor(chance: Chance, hooks: GateHooks) {
    this.#chance = chance;
    this.#hooks = hooks;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Makes the call when its turn comes. Never settles when the process dies first. */
  call<T>(life: Life, tag: string, run: () => Promise<T>, input: readonly unknown[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (life.isAlive())
        this.#parked.push({ life, tag, run, input, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Lets one parked call go; false when nothing is parked. */
  async turn(): Promise<boolean> {
    await settled();
    this.#parked = this.#parked.filter((one) => one.life.isAlive());
    const moving = this.#parked.filter((one) => !one.life.isFrozen());
    if (moving.length === 0) return false;
    const call = this.#chance.pick(moving);
    this.#parked = this.#parked.filter((one) => one !== call);
    this.#steps += 1;
    await this.#make(call);
    return true;
  }

  async #make({ life, tag, run, input, resolve, reject }: Parked): Promise<void> {
    if (this.#hooks.diesBefore(life, tag)) return this.#hooks.kill(life, tag);
    const { outcome, failed } = await run().then(
      (value) => ({ outcome: value, failed: false }),
      (error: unknown) => ({ outcome: error, failed: true }),
    );
    this.#hooks.done({ life, tag, input, outcome, failed });
    if (this.#hooks.diesAfter(life, tag)) return this.#hooks.kill(life, tag);
    if (!life.isAlive()) return;
    if (failed) reject(outcome);
    else resolve(outcome);
  }
}

/** Until every task is parked, waits for a timer, or has ended. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
