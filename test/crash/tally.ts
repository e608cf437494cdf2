import { type CrashReport, percentiles } from './report.ts';
import { type Round, VICTIMS, type Victim } from './rounds.ts';

/** What came of one round. */
export interface Played {
  /** Milliseconds from its last kill until everything answered. */
  readonly ready_ms: number;
  readonly killedInRestart: boolean;
}

/** Adds up what a run finds. */
export class Tally {
  /** Acknowledged deliveries before this one have been looked for in the inbox. */
  looked = 0;
  /** Live documents in the ledger. */
  documents = 0;
  rounds = 0;
  readonly #kills = Object.fromEntries(VICTIMS.map((victim) => [victim, 0])) as Record<Victim, number>;
  readonly #ready_ms: number[] = [];
  #killsInRestart = 0;
  #killsInFirstStart = 0;
  readonly #lost = new Set<string>();
  readonly #twice = new Set<string>();
  readonly #violations: string[] = [];

  played({ victim, moment }: Round, { ready_ms, killedInRestart }: Played): void {
    this.rounds += 1;
    this.#ready_ms.push(ready_ms);
    if (killedInRestart) this.#killsInRestart += 1;
    if (moment.kind === 'first start') this.#killsInFirstStart += moment.delays_ms.length;
    else this.#kills[victim] += 1;
  }

  /** The last look at everything finds the same again. */
  lost(ids: readonly string[]): void {
    for (const id of ids) this.#lost.add(id);
  }

  /** The same posting may be reported again in every round. */
  twice(postings: readonly string[]): void {
    for (const one of postings) this.#twice.add(one);
  }

  violated(violations: readonly string[]): void {
    this.#violations.push(...violations);
  }

  /** Everything that does not hold, in words. */
  problems(): readonly string[] {
    return [
      ...[...this.#lost].map((id) => `${id} was acknowledged and is not in the inbox`),
      ...this.#twice,
      ...this.#violations,
    ];
  }

  report(): Omit<CrashReport, 'seed' | 'acknowledged' | 'payments' | 'seconds'> {
    return {
      rounds: this.rounds,
      kills: this.#kills,
      killsInRestart: this.#killsInRestart,
      killsInFirstStart: this.#killsInFirstStart,
      lost: this.#lost.size,
      twice: this.#twice.size,
      violations: this.#violations.length,
      documents: this.documents,
      readyMs: percentiles(this.#ready_ms),
    };
  }
}
