import type { StateTable } from '../../kernel/state-table.ts';

export const SYNC_RUN_STATES = ['queued', 'running', 'paused', 'done', 'partly', 'stopped', 'cancelled'] as const;
export type SyncRunState = (typeof SYNC_RUN_STATES)[number];

/** Everything that can happen to a sync run. `docs/spec/sync-run.md` writes the table out for people. */
export type SyncRunEvent =
  /** Asked for; no worker has it yet. */
  | 'queue'
  /** A worker begins to read. */
  | 'start'
  /** Every stream was read to its end, and every record understood. */
  | 'read_to_end'
  /** The turn is over and there is more to read. */
  | 'turn_over'
  /** An error ended the turn. */
  | 'fail'
  /** The worker ended within the turn, or lost its lease. */
  | 'lose'
  | 'pause'
  | 'resume'
  | 'cancel';

/** How a turn ends its run, by the state that it reports. */
export const RUN_ENDS = { done: 'read_to_end', partly: 'turn_over', stopped: 'fail' } as const;

/**
 * States × events. A worker hears of a pause or a cancel only at the end of its turn: what it says then is no error
 * and changes nothing.
 */
export const SYNC_RUN_TABLE: StateTable<SyncRunState | 'absent', SyncRunEvent> = {
  absent: {
    queue: 'queued',
    start: 'running',
    read_to_end: 'refuse',
    turn_over: 'refuse',
    fail: 'refuse',
    lose: 'refuse',
    pause: 'refuse',
    resume: 'refuse',
    cancel: 'refuse',
  },
  queued: {
    queue: 'stays',
    start: 'running',
    read_to_end: 'refuse',
    turn_over: 'refuse',
    fail: 'refuse',
    lose: 'refuse',
    pause: 'paused',
    resume: 'stays',
    cancel: 'cancelled',
  },
  running: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'done',
    turn_over: 'partly',
    fail: 'stopped',
    lose: 'stopped',
    pause: 'paused',
    resume: 'stays',
    cancel: 'cancelled',
  },
  paused: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'stays',
    turn_over: 'stays',
    fail: 'stays',
    lose: 'stays',
    pause: 'stays',
    resume: 'queued',
    cancel: 'cancelled',
  },
  done: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'refuse',
    turn_over: 'refuse',
    fail: 'refuse',
    lose: 'refuse',
    pause: 'stays',
    resume: 'stays',
    cancel: 'stays',
  },
  partly: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'refuse',
    turn_over: 'refuse',
    fail: 'refuse',
    lose: 'refuse',
    pause: 'stays',
    resume: 'stays',
    cancel: 'stays',
  },
  stopped: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'refuse',
    turn_over: 'refuse',
    fail: 'refuse',
    lose: 'refuse',
    pause: 'stays',
    resume: 'stays',
    cancel: 'stays',
  },
  cancelled: {
    queue: 'refuse',
    start: 'refuse',
    read_to_end: 'stays',
    turn_over: 'stays',
    fail: 'stays',
    lose: 'stays',
    pause: 'stays',
    resume: 'stays',
    cancel: 'stays',
  },
};
