import { seededRandom } from '../../src/kernel/random.ts';
import { Business } from './business.ts';
import type { Mode, Target } from './modes.ts';
import { mostDuring } from './resources.ts';
import { playRound, type Result, type Stage, usualTime, violationsOf } from './round.ts';
import { Observer } from './standing.ts';
import { openWorld, type World } from './world.ts';

export interface Lane {
  readonly target: Target;
  readonly modes: readonly Mode[];
  readonly seed: number;
  readonly long: boolean;
  /** For everything that is written meanwhile. */
  readonly folder: string;
}

/** Rounds are told as they end. */
export type Tell = (result: Result) => void;

/** All modes of a target one after the other, over one product; over a second one, that speaks TLS, where TLS is cut. */
export async function playLane(lane: Lane, tell: Tell): Promise<void> {
  const isTls = (mode: Mode) => mode === 'tls-cut';
  const plain = lane.modes.filter((mode) => !isTls(mode));
  const secure = lane.modes.filter(isTls);
  if (plain.length > 0) await playIn({ ...lane, modes: plain }, false, tell);
  if (secure.length > 0) await playIn({ ...lane, modes: secure }, true, tell);
}

async function playIn({ target, modes, seed, long, folder }: Lane, tls: boolean, tell: Tell): Promise<void> {
  const world = await openWorld({ folder, tls });
  const observer = new Observer(world.owner);
  try {
    await observer.connect();
    const business = new Business(world);
    const random = seededRandom(seed);
    let usualMs = 0;
    const before = await mostDuring(world, async () => {
      // The first time pays for everything that is set up once.
      await usualTime({ world, business, observer });
      usualMs = await usualTime({ world, business, observer });
      // It has connections of its own for a while.
      await violationsOf({ world, business });
    });
    const chance = () => random.fraction();
    const stage: Stage = { world, business, observer, chance, before, usualMs, long };
    for (const mode of modes) {
      const result = await playUntilJudged(stage, target, mode);
      tell(result);
      // What did not recover would fail every mode after it.
      if (result.recoveredMs === null) break;
    }
    await world.stopProduct();
    await assertNothingLeft(world);
  } finally {
    await observer.close();
    await world.close();
  }
}

/** What was late and nothing else is played once more: a busy machine is late now and then, a slow product each time. */
async function playUntilJudged(stage: Stage, target: Target, mode: Mode): Promise<Result> {
  const result = await playRound(stage, target, mode);
  const { ok, recoveredMs, violations, leaked } = result;
  const isLateOnly = !ok && recoveredMs !== null && violations.length === 0 && leaked.length === 0;
  return isLateOnly ? playRound(stage, target, mode) : result;
}

const LOOKS_FOR_END = 50;
const LOOK_EVERY_MS = 50;

/** A product that has stopped holds no connection. */
async function assertNothingLeft({ proxies }: World): Promise<void> {
  const held = () => Object.entries(proxies).filter(([, proxy]) => proxy.links.length > 0);
  for (let look = 0; look < LOOKS_FOR_END && held().length > 0; look += 1)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  const left = held().map(([name, proxy]) => `${proxy.links.length} to ${name}`);
  if (left.length > 0) throw new Error(`connections are open after the product has stopped: ${left.join(', ')}`);
}
