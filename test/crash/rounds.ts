import type { Draw } from './draw.ts';

export const VICTIMS = ['api', 'worker', 'both', 'postgres', 'all'] as const;
/** Who is killed: one or both workers, the API, these together, the database server, or everything. */
export type Victim = (typeof VICTIMS)[number];

/**
 * When the kill comes: after so many acknowledged deliveries, documents written in the ledger or reads of a source, or
 * after a time. `delay_ms` after the write is counted from its commit; 0 is before the writer has its answer.
 */
export type Moment =
  | { readonly kind: 'acknowledged'; readonly count: number }
  | { readonly kind: 'written'; readonly count: number; readonly delay_ms: number }
  | { readonly kind: 'read'; readonly count: number }
  | { readonly kind: 'time'; readonly delay_ms: number }
  /** A start on an empty database, killed while it makes its tables, and once more while it goes on. */
  | { readonly kind: 'first start'; readonly delays_ms: readonly number[] };

export interface Round {
  readonly number: number;
  readonly victim: Victim;
  readonly moment: Moment;
  /** The victim is killed a second time so long after its restart has begun, or not at all. */
  readonly again_ms: number | null;
  /** Which of the two workers; null for both of them. */
  readonly worker: 0 | 1 | null;
  /** PostgreSQL as a whole, or one of its processes, after which it ends all sessions and recovers by itself. */
  readonly postgres: 'whole' | 'one process';
  /** The dead workers' leases end at once, as if their time had passed; else the connections wait for it. */
  readonly endsLeases: boolean;
}

/** Ten rounds have each victim at least once, in an order of their own. */
const DECK: readonly Victim[] = [
  'api',
  'api',
  'worker',
  'worker',
  'worker',
  'both',
  'both',
  'postgres',
  'postgres',
  'all',
];
const FIRST_START_SHARE = 0.07;
const AGAIN_SHARE = 0.25;
/** A start takes about a second and a half; a kill after it is a kill of the next round. */
const LONGEST_AGAIN_MS = 1_500;
/** Some leases are left to end by themselves, which takes half a minute. */
const ENDS_LEASES_SHARE = 0.85;

/** The rounds of a seed, one after the other. */
export function* drawRounds(draw: Draw): Generator<Round, never> {
  for (let number = 1; ; ) {
    for (const victim of shuffled(DECK, draw)) yield drawRound(number++, victim, draw);
  }
}

function drawRound(number: number, victim: Victim, draw: Draw): Round {
  return {
    number,
    victim,
    moment: drawMoment(draw),
    again_ms: draw.chance(AGAIN_SHARE) ? draw.int(20, LONGEST_AGAIN_MS) : null,
    worker: draw.pick([0, 1, null]),
    postgres: draw.chance(0.3) ? 'one process' : 'whole',
    endsLeases: draw.chance(ENDS_LEASES_SHARE),
  };
}

function drawMoment(draw: Draw): Moment {
  if (draw.chance(FIRST_START_SHARE))
    return { kind: 'first start', delays_ms: [draw.int(300, 1_600), draw.int(300, 1_600)] };
  switch (draw.int(0, 7)) {
    case 0:
    case 1:
      return { kind: 'acknowledged', count: draw.int(1, 120) };
    case 2:
    case 3:
      return { kind: 'written', count: draw.int(1, 4), delay_ms: 0 };
    case 4:
      return { kind: 'written', count: draw.int(1, 4), delay_ms: draw.int(1, 40) };
    case 5:
      return { kind: 'read', count: draw.int(1, 40) };
    default:
      return { kind: 'time', delay_ms: draw.int(0, 1_500) };
  }
}

function shuffled<T>(items: readonly T[], draw: Draw): readonly T[] {
  const all = [...items];
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = draw.int(0, index);
    [all[index], all[other]] = [all[other]!, all[index]!];
  }
  return all;
}

/** A round in words, for a person who follows. */
export function roundText({ victim, moment, again_ms, worker, postgres }: Round): string {
  const whole: Record<Victim, string> = {
    api: 'api',
    worker: worker === null ? 'both workers' : `worker ${worker + 1}`,
    both: 'api and both workers',
    postgres: postgres === 'whole' ? 'postgres' : 'one process of postgres',
    all: 'everything',
  };
  const who = moment.kind === 'first start' ? 'a first start' : whole[victim];
  return `${who} ${momentText(moment)}${again_ms === null || moment.kind === 'first start' ? '' : `, again ${again_ms} ms into the restart`}`;
}

function momentText(moment: Moment): string {
  switch (moment.kind) {
    case 'acknowledged':
      return `after ${moment.count} acknowledged`;
    case 'written':
      return `after write ${moment.count} ${moment.delay_ms === 0 ? 'before its answer' : `and ${moment.delay_ms} ms`}`;
    case 'read':
      return `after read ${moment.count}`;
    case 'time':
      return `after ${moment.delay_ms} ms`;
    case 'first start':
      return `after ${moment.delays_ms.join(' and ')} ms`;
  }
}
