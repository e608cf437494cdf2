import { systemClock } from '../../src/kernel/clock.ts';
import { endLeases } from './checks.ts';
import type { Draw } from './draw.ts';
import { killFirstStarts } from './first-start.ts';
import { type ProcessName, WORKERS } from './processes.ts';
import type { Round } from './rounds.ts';
import type { Stage } from './stage.ts';
import type { Played } from './tally.ts';

/** Whom a round kills. */
interface Targets {
  readonly names: readonly ProcessName[];
  readonly postgres: Round['postgres'] | null;
}

/** Waits for the round's moment, kills, restarts, and waits until everything answers. */
export async function playRound(stage: Stage, round: Round, draw: Draw): Promise<Played> {
  const { moment } = round;
  if (moment.kind === 'first start') {
    const ready_ms = await killFirstStarts(stage, round.number, moment.delays_ms);
    return { ready_ms, killedInRestart: false };
  }
  const { moments, postgres } = stage;
  const targets = targetsOf(round);
  const processes = targets.postgres === 'one process' ? await postgres.processes() : [];
  let killedAt = 0;
  let recovered: Promise<void> = Promise.resolve();
  await moments.strikeAt(moment, () => {
    killedAt = systemClock.now();
    stage.processes.kill(targets.names);
    if (targets.postgres === 'whole') postgres.kill();
    if (targets.postgres === 'one process') recovered = postgres.killOne(processes, draw);
  });
  await recovered;
  const dead = [...(await stage.processes.ended(targets.names))];
  const restarting = restart(stage, targets);
  const again = round.again_ms === null ? null : await killAgain(stage, targets, round.again_ms);
  if (again !== null) {
    killedAt = again.at;
    dead.push(...again.dead);
  }
  await restarting.catch((error: unknown) => {
    // The second kill is what ended that start; without one it is a finding.
    if (again === null) throw error;
  });
  if (again !== null) await restart(stage, targets);
  if (round.endsLeases) await endLeases(stage, dead);
  await stage.processes.ready();
  return { ready_ms: systemClock.now() - killedAt, killedInRestart: again !== null };
}

function targetsOf({ victim, worker, postgres }: Round): Targets {
  switch (victim) {
    case 'api':
      return { names: ['api'], postgres: null };
    case 'worker':
      return { names: worker === null ? WORKERS : [WORKERS[worker]], postgres: null };
    case 'both':
      return { names: ['api', ...WORKERS], postgres: null };
    case 'postgres':
      return { names: [], postgres };
    case 'all':
      return { names: ['api', ...WORKERS], postgres: 'whole' };
  }
}

/** The database first, as a machine that comes up again would do it. */
async function restart({ processes, postgres }: Stage, targets: Targets): Promise<void> {
  if (targets.postgres === 'whole') await postgres.restart();
  processes.start(targets.names);
}

async function killAgain(
  { processes, postgres }: Stage,
  targets: Targets,
  delay_ms: number,
): Promise<{ readonly at: number; readonly dead: readonly number[] }> {
  await systemClock.sleep(delay_ms);
  const at = systemClock.now();
  processes.kill(targets.names);
  if (targets.postgres === 'whole') await postgres.killNow();
  return { at, dead: await processes.ended(targets.names) };
}
