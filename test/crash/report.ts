import type { Victim } from './rounds.ts';

/** What a run found. */
export interface CrashReport {
  readonly rounds: number;
  readonly seed: number;
  /** Rounds by victim; a kill during a restart or a first start is in the two figures below. */
  readonly kills: Readonly<Record<Victim, number>>;
  readonly killsInRestart: number;
  readonly killsInFirstStart: number;
  /** Deliveries that were answered 200. */
  readonly acknowledged: number;
  /** Of these, missing in the inbox (I1). */
  readonly lost: number;
  /** Postings with two live documents in the ledger (I3). */
  readonly twice: number;
  /** Everything else that does not hold. */
  readonly violations: number;
  /** Payments at the sources, and live documents in the ledger, at the end. */
  readonly payments: number;
  readonly documents: number;
  /** Milliseconds from the last kill of a round until every process answers again. */
  readonly readyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly seconds: number;
}

export function isClean({ lost, twice, violations }: CrashReport): boolean {
  return lost + twice + violations === 0;
}

export function percentiles(values: readonly number[]): CrashReport['readyMs'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function reportText(report: CrashReport): string {
  const { kills, readyMs } = report;
  const counted = Object.entries(kills).map(([victim, count]) => `${victim} ${count}`);
  return [
    '',
    `${report.rounds} rounds in ${report.seconds} s (seed ${report.seed})`,
    `Killed         ${counted.join(' · ')}`,
    `               and ${report.killsInRestart} in a restart, ${report.killsInFirstStart} in a first start`,
    `Acknowledged   ${report.acknowledged} deliveries, ${report.lost} lost`,
    `Posted         ${report.documents} documents for ${report.payments} payments and what belongs to them, ${report.twice} twice`,
    `Violations     ${report.violations}`,
    `Ready again    ${readyMs.p50} ms (half), ${readyMs.p99} ms (99 of 100), ${readyMs.max} ms at most`,
    '',
  ].join('\n');
}
