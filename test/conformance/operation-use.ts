import type { Judge } from './judge.ts';

/** What a connector says it calls, against what its judge saw on the wire. */
export interface OperationUse {
  /** Called though not declared. */
  readonly undeclared: readonly string[];
  /** Declared and never called. */
  readonly unused: readonly string[];
}

export function operationUse(declared: readonly string[], judge: Judge): OperationUse {
  const seen = judge.operationsUsed().map(({ operation }) => operation);
  return {
    undeclared: seen.filter((operation) => !declared.includes(operation)),
    unused: declared.filter((operation) => !seen.includes(operation)),
  };
}

/** What a judge saw, for a person: counts in one line, and each exception in a line of its own. */
export function judgeReport(judge: Judge): string {
  const used = judge.operationsUsed();
  const sum = (count: 'requests' | 'responses') => used.reduce((total, one) => total + one[count], 0);
  return [
    `${judge.provider}: ${used.length} operations, ${sum('requests')} requests and ${sum('responses')} answers`,
    ...judge.notJudged().map(({ name, count }) => `  not judged: ${name} (${count})`),
    ...judge.waiversUsed().map(({ name, count }) => `  waived: ${name} (${count})`),
  ].join('\n');
}

/** {@link judgeReport} with how it compares to what a connector declares. */
export function useReport(declared: readonly string[], judge: Judge): string {
  const { undeclared, unused } = operationUse(declared, judge);
  return [
    judgeReport(judge),
    ...undeclared.map((operation) => `  not declared: ${operation}`),
    ...unused.map((operation) => `  declared and not used: ${operation}`),
  ].join('\n');
}
