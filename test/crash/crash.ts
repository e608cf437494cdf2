import { systemClock } from '../../src/kernel/clock.ts';
import { messageOf } from '../../src/kernel/errors.ts';
import { brokenPromises, liveDocuments, lostDeliveries, postedTwice } from './checks.ts';
import { type Draw, drawFrom } from './draw.ts';
import { finish } from './finish.ts';
import type { CrashOptions } from './options.ts';
import type { CrashReport } from './report.ts';
import { playRound } from './round.ts';
import { drawRounds, type Round, roundText } from './rounds.ts';
import { openStage, type Stage } from './stage.ts';
import { Tally } from './tally.ts';

export interface CrashDoors {
  /** A line of progress. */
  say(text: string): void;
  /** Ends the run after the round that is under way. */
  readonly signal: AbortSignal;
}

export interface CrashRun {
  readonly report: CrashReport;
  /** Everything that does not hold, in words. */
  readonly problems: readonly string[];
  /** Logs and data. */
  readonly folder: string;
}

/** The stored promises look at every row, so they are checked after so many rounds only. */
const VERIFY_EVERY = 10;
/** A token of the ledger is good for an hour. */
const RENEW_TOKEN_MS = 30 * 60_000;

/** So many rounds of kills and checks, and a look at everything at the end; nothing is left running. */
export async function crash(options: CrashOptions, doors: CrashDoors): Promise<CrashRun> {
  const { seed } = options;
  const startedAt = systemClock.now();
  const draw = drawFrom(seed);
  const stage = await openStage(draw.fork(1), seed);
  const tally = new Tally();
  doors.say(`logs and data in ${stage.folder}`);
  try {
    await play(stage, options, tally, doors, draw);
  } catch (error) {
    tally.violated([`the run broke off: ${messageOf(error)}`]);
  } finally {
    await stage.close();
  }
  const payments = stage.business.payments.length;
  const acknowledged = stage.deliveries.acknowledged.length;
  const seconds = Math.round((systemClock.now() - startedAt) / 100) / 10;
  return {
    report: { ...tally.report(), seed, acknowledged, payments, seconds },
    problems: tally.problems(),
    folder: stage.folder,
  };
}

async function play(stage: Stage, { rounds, seed }: CrashOptions, tally: Tally, doors: CrashDoors, draw: Draw) {
  stage.processes.start(['api', 'worker1', 'worker2']);
  await stage.processes.ready();
  stage.business.start();
  stage.deliveries.start();
  const drawn = drawRounds(draw.fork(2));
  const chance = draw.fork(3);
  let renewedAt = systemClock.now();
  while (tally.rounds < rounds && !doors.signal.aborted && tally.problems().length === 0) {
    await oneRound(stage, drawn.next().value, tally, doors, chance);
    if (systemClock.now() - renewedAt < RENEW_TOKEN_MS) continue;
    await stage.renewToken();
    renewedAt = systemClock.now();
  }
  await stage.business.stop();
  await stage.deliveries.stop();
  if (tally.problems().length === 0 && !doors.signal.aborted) tally.violated(await finish(stage, seed, doors.say));
  tally.lost(await lostDeliveries(stage, stage.deliveries.acknowledged));
  countDocuments(stage, tally);
}

function countDocuments(stage: Stage, tally: Tally): void {
  const live = liveDocuments(stage);
  tally.twice(postedTwice(live));
  tally.documents = [...live.values()].flat().length;
}

async function oneRound(stage: Stage, round: Round, tally: Tally, { say }: CrashDoors, chance: Draw): Promise<void> {
  const played = await playRound(stage, round, chance);
  tally.played(round, played);
  const { acknowledged } = stage.deliveries;
  const upTo = acknowledged.length;
  tally.lost(await lostDeliveries(stage, acknowledged.slice(tally.looked, upTo)));
  tally.looked = upTo;
  countDocuments(stage, tally);
  tally.violated(stage.processes.unexpected.splice(0));
  tally.violated(stage.deliveries.refusedForGood());
  if (round.number % VERIFY_EVERY === 0) tally.violated(await brokenPromises(stage));
  say(
    `${String(round.number).padStart(4)}  ${roundText(round)}: ready after ${played.ready_ms} ms, ${upTo} acknowledged, ${tally.documents} documents`,
  );
}
