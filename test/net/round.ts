import { setTimeout as sleep } from 'node:timers/promises';
import { CALL_TIMEOUT_MS as BTCPAY_TIMEOUT_MS } from '../../src/connectors/btcpay/limits.ts';
import { CALL_TIMEOUT_MS as QUICKBOOKS_TIMEOUT_MS } from '../../src/connectors/quickbooks/limits.ts';
import { CALL_TIMEOUT_MS as STRIPE_TIMEOUT_MS } from '../../src/connectors/stripe/limits.ts';
import { verify } from '../../src/hub/verify/index.ts';
import { SILENCE_MS } from '../../src/platform/store/index.ts';
import { breakTarget } from './breakage.ts';
import { type Business, wrongDocuments } from './business.ts';
import type { Chance } from './faults.ts';
import { LOSES_BYTES, type Mode, type Target } from './modes.ts';
import { leakedSince, type Resources } from './resources.ts';
import type { Observer, Standing } from './standing.ts';
import { POLL_MS, type World } from './world.ts';

export interface Result {
  readonly mode: Mode;
  readonly target: Target;
  /** Promises that do not hold, as `verify` and the ledger say. */
  readonly violations: readonly string[];
  /** From the end of the fault until everything was final. Null when that did not come. */
  readonly recoveredMs: number | null;
  /** See {@link allowed}. */
  readonly allowedMs: number;
  readonly leaked: readonly string[];
  readonly ok: boolean;
}

export interface Stage {
  readonly world: World;
  readonly business: Business;
  readonly observer: Observer;
  readonly chance: Chance;
  /** The most that was open before the first fault. */
  readonly before: Resources;
  /** How long such an amount of business takes to be final when nothing is wrong. */
  readonly usualMs: number;
  /** Let faults run into the product's real time-outs. */
  readonly long: boolean;
}

/** A short fault lasts as long as a few polls. */
const SHORT_MS = 2_000;
const STALL_LONG_MS = 30_000;
/** Beyond a call's deadline, so that it has passed. */
const DEADLINE_MARGIN_MS = 5_000;
/** The longest that the product may wait for an answer of each target. */
const TIMEOUT_MS: Readonly<Record<Target, number>> = {
  stripe: STRIPE_TIMEOUT_MS,
  btcpay: BTCPAY_TIMEOUT_MS,
  quickbooks: QUICKBOOKS_TIMEOUT_MS,
  postgres: SILENCE_MS,
};
/** What is not final so long after it should be never will be, for this test. */
const GIVE_UP_MS = 45_000;
const LOOK_EVERY_MS = 100;

/** One fault between the product and a target, with business while it lasts, and what became of everything after it. */
export async function playRound(stage: Stage, target: Target, mode: Mode): Promise<Result> {
  const { world, business, chance, long, before } = stage;
  const lift = await breakTarget(world, target, mode, chance);
  const until = Date.now() + durationOf(stage, target, mode);
  while (Date.now() < until) {
    business.payments();
    await sleep(Math.min(until - Date.now(), long ? 10 * POLL_MS : POLL_MS / 2));
  }
  await lift({ reset: LOSES_BYTES.includes(mode) && !long });
  const waitsForMs = long && LOSES_BYTES.includes(mode) ? TIMEOUT_MS[target] : 0;
  const recovery = await recover({ ...stage, usualMs: stage.usualMs + waitsForMs });
  const violations = recovery.recoveredMs === null ? recovery.left : await violationsOf(stage);
  const leaked = recovery.recoveredMs === null ? [] : await leakedSince(world, before);
  const { recoveredMs } = recovery;
  const allowedMs = recovery.allowedMs + (await slowerBy(stage, recovery));
  const inTime = recoveredMs !== null && recoveredMs <= allowedMs;
  return {
    mode,
    target,
    violations,
    recoveredMs,
    allowedMs,
    leaked,
    ok: inTime && violations.length === 0 && leaked.length === 0,
  };
}

/** A machine that has become busy is slow without a fault, too: what seems late is compared with such work done now. */
async function slowerBy(stage: Stage, { recoveredMs, allowedMs }: Recovery): Promise<number> {
  if (recoveredMs === null || recoveredMs <= allowedMs) return 0;
  return Math.max(0, (await usualTime(stage)) - stage.usualMs);
}

function durationOf({ long }: Stage, target: Target, mode: Mode): number {
  if (!long) return SHORT_MS;
  if (mode === 'stall') return STALL_LONG_MS;
  return LOSES_BYTES.includes(mode) ? TIMEOUT_MS[target] + DEADLINE_MARGIN_MS : SHORT_MS;
}

/** Business as of a short fault, without one: how long it takes to be final. */
export async function usualTime(stage: Pick<Stage, 'world' | 'business' | 'observer'>): Promise<number> {
  const { business } = stage;
  for (let passed = 0; passed < SHORT_MS; passed += POLL_MS / 2) business.payments();
  const { recoveredMs, left } = await recover({ ...stage, usualMs: 0 });
  if (recoveredMs === null) throw new Error(`the product does not work without a fault: ${left.join(', ')}`);
  return recoveredMs;
}

interface Recovery {
  readonly recoveredMs: number | null;
  readonly allowedMs: number;
  /** What was still open at the end. */
  readonly left: readonly string[];
}

/** Looks until everything is final, or for so long that it never will be. */
async function recover({
  world,
  business,
  observer,
  usualMs,
}: Pick<Stage, 'world' | 'business' | 'observer' | 'usualMs'>): Promise<Recovery> {
  const healedAt = Date.now();
  // The first thing that should work again.
  business.payments();
  let allowedUntil = healedAt + 2 * POLL_MS + usualMs;
  for (;;) {
    const standing = await observer.standing();
    const now = Date.now();
    allowedUntil = allowed(standing, { healedAt, now, allowedUntil, usualMs });
    const left = [...openOf(standing), ...wrongDocuments(world, business.amounts)];
    const allowedMs = Math.round(allowedUntil - healedAt);
    if (left.length === 0) return { recoveredMs: now - healedAt, allowedMs, left };
    if (now > allowedUntil + GIVE_UP_MS) return { recoveredMs: null, allowedMs, left };
    await sleep(LOOK_EVERY_MS);
  }
}

/**
 * By when everything has to be final: two poll intervals after the last back-off or breaker pause that was running when
 * the fault ended, and the time that such work takes anyway on this machine. A call that was under way at that moment
 * fails within the first poll interval and may begin a pause of its own, so pauses count that are seen until then. A
 * lease that nobody gave back is no pause: that wait counts. In a long fault the connections that lost bytes stay, so
 * the call's own time-out comes first.
 */
function allowed(
  { pausedUntil }: Standing,
  {
    healedAt,
    now,
    allowedUntil,
    usualMs,
  }: { readonly healedAt: number; readonly now: number; readonly allowedUntil: number; readonly usualMs: number },
): number {
  if (pausedUntil === null || now > healedAt + POLL_MS) return allowedUntil;
  return Math.max(allowedUntil, pausedUntil + 2 * POLL_MS + usualMs);
}

function openOf({ open }: Standing): readonly string[] {
  return Object.entries(open).map(([name, count]) => `${count} ${name} open`);
}

/** Promises that do not hold, asked of the product and of the ledger itself. */
export async function violationsOf({ world, business }: Pick<Stage, 'world' | 'business'>): Promise<readonly string[]> {
  const results = await verify(world.installation.doors, { live: true, signal: new AbortController().signal });
  const broken = results.flatMap(({ invariant, violations }) =>
    violations.map(({ subject, detail }) => `${invariant} ${subject}: ${detail}`),
  );
  return [...broken, ...wrongDocuments(world, business.amounts)];
}
