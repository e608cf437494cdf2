import type { Sample } from './sample.ts';

/** Every way in which a sample may end; each ends in exactly one. */
export const OUTCOMES = ['accepted', 'normalised', 'unknown', 'refused'] as const;

/** What became of one sample. */
export interface SampleOutcome {
  readonly sample: Sample;
  /**
   * `accepted`: taken in, and what it speaks of is read. `normalised`: it became facts. `unknown`: kept or left out, for
   * a reason. `refused`: the signature is wrong, and nothing is stored.
   */
  readonly outcome: (typeof OUTCOMES)[number];
  /** Why, for the last two. */
  readonly reason: string | null;
}

/** Counts by provider and kind as lines of a table, with the reasons below it. */
export function outcomeTable(outcomes: readonly SampleOutcome[]): string {
  const groups = Map.groupBy(outcomes, ({ sample }) => `${sample.provider} ${sample.kind}`);
  const lines = [...groups].map(([name, group]) =>
    row(name, [group.length, ...OUTCOMES.map((one) => count(group, one))]),
  );
  const reasons = Map.groupBy(
    outcomes.filter(({ reason }) => reason !== null),
    ({ sample, outcome, reason }) => `${sample.provider} ${sample.kind}, ${outcome}: ${reason}`,
  );
  return [
    row('', ['samples', ...OUTCOMES]),
    ...lines,
    row('all', [outcomes.length, ...OUTCOMES.map((one) => count(outcomes, one))]),
    ...[...reasons].map(([reason, group]) => `  ${reason} (${group.length})`),
  ].join('\n');
}

function count(outcomes: readonly SampleOutcome[], wanted: SampleOutcome['outcome']): number {
  return outcomes.filter(({ outcome }) => outcome === wanted).length;
}

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(20) + cells.map((cell) => String(cell).padStart(12)).join('');
}
