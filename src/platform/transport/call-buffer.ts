import type { Clock } from '../../kernel/clock.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { CallLog, CallRow } from './call-log.ts';

/** Rows are written when this many have come together, */
export const FLUSH_ROWS = 100;
/** or this long after the first of them. */
export const FLUSH_INTERVAL_MS = 1_000;
/** While the store is away, older rows than these are given up: the log is not worth the memory. */
export const MAX_BUFFERED_ROWS = 10_000;

/** Gathers call rows, so that a call does not pay a commit for its log line. */
export interface CallBuffer {
  add(tenantId: TenantId, row: CallRow): void;
  /** Writes what is there. */
  close(): Promise<void>;
}

export interface CallBufferDoors {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly calls: CallLog;
  /** Hears of rows that could not be written; they are kept while the store is away, else given up. */
  readonly onTrouble: (error: unknown) => void;
}

type Entry = readonly [TenantId, CallRow];

export function callBuffer(doors: CallBufferDoors): CallBuffer {
  const { clock, calls, onTrouble } = doors;
  const closing = new AbortController();
  let waiting: Entry[] = [];
  let isTimed = false;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    writing = writing.then(async () => {
      const entries = waiting;
      waiting = [];
      for (const [tenantId, group] of Map.groupBy(entries, ([tenant]) => tenant)) await write(tenantId, group);
    });
    return writing;
  }

  async function write(tenantId: TenantId, group: Entry[]): Promise<void> {
    try {
      await calls.append(
        tenantId,
        group.map(([, row]) => row),
      );
    } catch (error) {
      if (isCounterfoilError(error) && error.kind === 'retryable') keep(group);
      onTrouble(error);
    }
  }

  function keep(group: Entry[]): void {
    waiting = [...group, ...waiting].slice(-MAX_BUFFERED_ROWS);
    startTimer();
  }

  function startTimer(): void {
    if (isTimed || closing.signal.aborted) return;
    isTimed = true;
    clock.sleep(FLUSH_INTERVAL_MS, closing.signal).then(
      () => {
        isTimed = false;
        return flush();
      },
      // Closing writes the rest itself.
      () => {},
    );
  }

  return {
    add(tenantId, row) {
      waiting.push([tenantId, row]);
      if (waiting.length > MAX_BUFFERED_ROWS) waiting.shift();
      // Exactly at the mark, not beyond: while the store is away every further row would try again.
      if (waiting.length === FLUSH_ROWS) void flush();
      else startTimer();
    },
    async close() {
      closing.abort();
      await flush();
    },
  };
}
