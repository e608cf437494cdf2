import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { FactsCommit } from './understood.ts';

/** One transaction for `commits`; answers how many facts are new or changed. */
type Commit = (commits: readonly FactsCommit[]) => Promise<number>;

/** One that cannot be written must not hold up the others: each by itself, and that one with the reason instead. */
export async function commitApart(commits: readonly FactsCommit[], commit: Commit): Promise<number> {
  try {
    return await commit(commits);
  } catch (error) {
    if (isCounterfoilError(error)) throw error;
    let changed = 0;
    for (const one of commits) changed += await commit([one]).catch((cause) => commitProblem(commit, one, cause));
    return changed;
  }
}

function commitProblem(commit: Commit, one: FactsCommit, cause: unknown): Promise<number> {
  if (isCounterfoilError(cause)) throw cause;
  return commit([{ ...one, facts: [], missing: [], problem: `the record cannot be stored: ${messageOf(cause)}` }]);
}
