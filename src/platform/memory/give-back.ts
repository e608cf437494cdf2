import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Free space in the heap for which a collection is worth its pause of about a tenth of a second. */
const WORTH_BYTES = 32 * 1024 * 1024;

type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

let collect: Collect | null = null;

/**
 * Hands memory back to the system that a rush needed and rest does not: the runtime keeps it until it needs the next
 * collection, which at rest is never. A month of business leaves 270 MB, of which 130 are in use.
 */
export function giveBackMemory(): void {
  const { heapTotal, heapUsed } = process.memoryUsage();
  if (heapTotal - heapUsed < WORTH_BYTES) return;
  collect ??= exposed();
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** The runtime shows its collector to new contexts only, and only after this flag. */
function exposed(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
