import type { StateTable } from '../../kernel/state-table.ts';
import type { DeliveryState } from './list.pg.ts';

/** What can happen to a delivery, and to an event inside it. `docs/spec/delivery.md` writes both tables out for people. */
export type InboxEvent =
  /** It arrived and is stored; or the same arrived again. */
  | 'arrive'
  /** Somebody works on it across transactions. */
  | 'begin'
  /** Whoever worked on it is gone, and nothing of it was written. */
  | 'lose'
  /** What it brings is written. */
  | 'finish'
  /** It concerns nobody here. */
  | 'leave_out'
  /** It cannot be read or stored. */
  | 'fail'
  /** Something that it needs is not there yet. */
  | 'wait'
  /** What it waited for may have come. */
  | 'recheck'
  /** A person asks for it once more. */
  | 'replay';

type InboxTable = StateTable<DeliveryState | 'absent', InboxEvent>;

/** A delivery: opened into events. One that was opened is not opened again; its events are taken again instead. */
export const DELIVERY_TABLE: InboxTable = {
  absent: {
    arrive: 'received',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'refuse',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'refuse',
    replay: 'refuse',
  },
  received: {
    arrive: 'stays',
    begin: 'processing',
    lose: 'refuse',
    finish: 'done',
    leave_out: 'ignored',
    fail: 'dead',
    wait: 'waiting',
    recheck: 'stays',
    replay: 'stays',
  },
  processing: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'received',
    finish: 'done',
    leave_out: 'ignored',
    fail: 'dead',
    wait: 'waiting',
    recheck: 'stays',
    replay: 'stays',
  },
  done: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'refuse',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'stays',
  },
  waiting: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'refuse',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'received',
    replay: 'received',
  },
  ignored: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'refuse',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'received',
  },
  dead: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'refuse',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'received',
  },
};

/** An event inside a delivery: taken by the turn of its connection. One that was left out is not taken by a replay. */
export const EVENT_TABLE: InboxTable = {
  absent: {
    arrive: 'received',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'ignored',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'refuse',
    replay: 'refuse',
  },
  received: {
    arrive: 'stays',
    begin: 'processing',
    lose: 'refuse',
    finish: 'done',
    leave_out: 'stays',
    fail: 'dead',
    wait: 'waiting',
    recheck: 'stays',
    replay: 'stays',
  },
  processing: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'received',
    finish: 'done',
    leave_out: 'stays',
    fail: 'dead',
    wait: 'waiting',
    recheck: 'stays',
    replay: 'received',
  },
  done: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'stays',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'received',
  },
  waiting: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'stays',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'received',
    replay: 'received',
  },
  ignored: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'stays',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'stays',
  },
  dead: {
    arrive: 'stays',
    begin: 'refuse',
    lose: 'refuse',
    finish: 'refuse',
    leave_out: 'stays',
    fail: 'refuse',
    wait: 'refuse',
    recheck: 'stays',
    replay: 'received',
  },
};
