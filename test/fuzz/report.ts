import type { Failing } from './fuzz-case.ts';

/** What the cases of one operation came to. */
export interface OperationReport {
  readonly operation: string;
  readonly cases: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowest_ms: number;
  readonly failing: readonly Failing[];
}

export interface FuzzReport {
  readonly seed: number;
  readonly operations: readonly OperationReport[];
  /** False when something that was stored did not come to its end, too. */
  readonly ok: boolean;
}

/** The report as people read it: one line for each operation, then each failing case with its replay line. */
export function reportText({ seed, operations, ok }: FuzzReport): string {
  const lines = operations.map(({ operation, cases, statuses, slowest_ms, failing }) => {
    const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
    const verdict = failing.length === 0 ? 'ok    ' : 'FAILED';
    return `${verdict} ${operation.padEnd(22)} ${String(cases).padStart(8)} cases  slowest ${slowest_ms} ms  ${counts.join(', ')}`;
  });
  const failures = operations.flatMap(({ failing }) =>
    failing.map(({ operation, kind, problem, replay }) => `${operation} (${kind}): ${problem}\n  ${replay}`),
  );
  return [
    `seed ${seed}`,
    ...lines,
    ...failures,
    ok ? 'every answer was right, and all that was stored came to its end' : 'FAILED',
    '',
  ].join('\n');
}
