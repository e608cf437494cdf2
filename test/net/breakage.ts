import { setTimeout as sleep } from 'node:timers/promises';
import type { MakeFault } from './fault.ts';
import {
  type Chance,
  delay,
  drip,
  halfOpen,
  oneWay,
  refuse,
  resetAfterBytes,
  silent,
  stall,
  tlsCut,
} from './faults.ts';
import { duplicate, Swaps } from './http-faults.ts';
import type { Mode, Target } from './modes.ts';
import type { LiftOptions, TcpProxy } from './proxy.ts';
import type { World } from './world.ts';

/** Ends what was begun. */
export type Lift = (options: LiftOptions) => Promise<void>;

/** Up and down by turns, each so long. */
const FLAP_MS = 300;
/** Whose answers are swapped with whose: two exchanges must be under way at a time. BTCPay's two stores do it alone. */
const SWAPPED: Readonly<Partial<Record<Target, readonly Target[]>>> = {
  stripe: ['stripe'],
  btcpay: ['btcpay'],
  quickbooks: ['quickbooks', 'btcpay', 'stripe'],
};

/** Begins a mode on all ways between the product and a target: for a provider also on its webhooks'. */
export async function breakTarget(world: World, target: Target, mode: Mode, chance: Chance): Promise<Lift> {
  const { proxies } = world;
  if (mode === 'swap') {
    const swaps = new Swaps();
    return breakAll(
      (SWAPPED[target] ?? []).map((name) => proxies[name]),
      () => swaps.fault,
    );
  }
  const broken = target === 'postgres' ? [proxies.postgres] : [proxies[target], proxies.webhooks];
  if (mode === 'flap') return flap(broken);
  return breakAll(broken, (proxy) => faultOf(mode, proxy, chance));
}

function faultOf(mode: Mode, proxy: TcpProxy, chance: Chance): MakeFault {
  switch (mode) {
    case 'refuse':
    case 'flap':
      return refuse;
    case 'silent':
      return silent;
    case 'half-open':
      return halfOpen;
    case 'one-way':
      return oneWay(chance);
    case 'reset':
      return resetAfterBytes(chance);
    case 'drip':
      return drip;
    case 'delay':
      return delay;
    case 'duplicate':
      return duplicate(() => proxy.upstream);
    case 'stall':
      return stall;
    case 'tls-cut':
      return tlsCut(chance);
    case 'swap':
      throw new Error('answers are swapped between proxies, not in one');
  }
}

async function breakAll(proxies: readonly TcpProxy[], make: (proxy: TcpProxy) => MakeFault): Promise<Lift> {
  const lifts = await Promise.all(proxies.map((proxy) => proxy.break(make(proxy))));
  return async (options) => {
    await Promise.all(lifts.map((lift) => lift(options)));
  };
}

async function flap(proxies: readonly TcpProxy[]): Promise<Lift> {
  const over = new AbortController();
  const pause = () => sleep(FLAP_MS, undefined, { signal: over.signal }).catch(() => {});
  const flapping = (async () => {
    while (!over.signal.aborted) {
      const lift = await breakAll(proxies, () => refuse);
      await pause();
      await lift({ reset: false });
      await pause();
    }
  })();
  return async () => {
    over.abort();
    await flapping;
  };
}
