import { CounterfoilError } from '../../kernel/errors.ts';
import { afterCall, type BreakerEvent, type BreakerState, type BreakerStore, phaseOf, withProbe } from './breaker.ts';

/** Leave to send one call. */
export interface Pass {
  readonly key: string;
  /** Set when this call is the one that tries a host after its rest. */
  readonly probe: number | null;
  /** Nothing is stored for the breaker, so a success changes nothing. */
  readonly isUntroubled: boolean;
}

/** The breaker of one connection at one host, as the transport uses it. */
export interface BreakerGate {
  /** Throws `provider.breaker_open` with the time to wait; claims nothing. */
  check(key: string): Promise<BreakerState>;
  /** Makes this call the probe when the `checked` host has rested. `lease_ms`: the call is over by then. */
  enter(key: string, checked: BreakerState, lease_ms: number): Promise<Pass>;
  report(pass: Pass, event: BreakerEvent): Promise<void>;
}

export function breakerGate(store: BreakerStore): BreakerGate {
  return {
    async check(key) {
      const { state, now } = await store.read(key);
      refuseOpen(state, now);
      return state;
    },

    async enter(key, checked, lease_ms) {
      if (checked.openUntil !== null) return { key, probe: await claim(store, key, lease_ms), isUntroubled: false };
      return { key, probe: null, isUntroubled: checked.failures === 0 };
    },

    async report(pass, event) {
      if (event === 'succeeded' && pass.isUntroubled) return;
      await store.update(pass.key, (state, now) => afterCall(state, event, now, pass.probe));
    },
  };
}

/** Several callers may see the breaker half-open; the first one here is the probe. Null when it has closed meanwhile. */
async function claim(store: BreakerStore, key: string, lease_ms: number): Promise<number | null> {
  let probe: number | null = null;
  await store.update(key, (state, now) => {
    probe = null;
    refuseOpen(state, now);
    if (state.openUntil === null) return state;
    const next = withProbe(state, now, lease_ms);
    probe = next.openUntil;
    return next;
  });
  return probe;
}

function refuseOpen(state: BreakerState, now: number): void {
  const phase = phaseOf(state, now);
  if (phase.kind !== 'open') return;
  throw new CounterfoilError('provider.breaker_open', { retryAfter_ms: phase.retryAfter_ms });
}
