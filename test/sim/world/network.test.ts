import { expect, test } from 'vitest';
import { parseHttpDate } from '../../../src/platform/transport/http-date.ts';
import type { WireAnswer } from '../../../src/platform/transport/index.ts';
import { retryAfter_ms } from '../../../src/platform/transport/retry-after.ts';
import { Chance } from '../core/chance.ts';
import type { Client } from '../core/client.ts';
import { Gate } from '../core/gate.ts';
import { Time } from '../core/time.ts';
import { Sometimes } from '../goals.ts';
import { NO_FAULTS } from '../swarm.ts';
import { Network } from './network.ts';
import { BASE, makeTenant, misbehave } from './tenant.ts';

const NOW = Date.UTC(2026, 9, 14, 12);
const SECOND = 1_000;
const ASKER: Client = { id: 'asker.1', name: 'p0', isAlive: () => true, isFrozen: () => false, frozenUntil: () => 0 };

const EVENTS = { method: 'GET', headers: {}, body: null, policy: 'private', maxAnswerBytes: 1_000_000 } as const;

const PLAN = {
  sources: ['stripe'],
  settings: {
    mode: 'deposit',
    feeDetail: 'transaction',
    taxUnknown: 'none',
    unmatched: 'sale',
    partial: 'accept',
    late: 'accept',
  },
  enforcesNumbers: true,
  timeZone: 'Etc/UTC',
  hasLimits: false,
  business: 1,
  refreshGrace_ms: 0,
} as const;

/** A network whose provider answers every call with 429. */
function throttledNetwork(): { ask: () => Promise<WireAnswer> } {
  const time = new Time(NOW);
  const faults = { ...NO_FAULTS, throttled: 1 };
  const tenant = makeTenant({
    seed: 1,
    number: 1,
    plan: PLAN,
    faults,
    now: time.now,
    send: async () => new Response(),
  });
  misbehave(tenant, faults);
  const gate = new Gate(new Chance(1, 'schedule'), {
    diesBefore: () => false,
    diesAfter: () => false,
    kill: () => {},
    done: () => {},
  });
  const network = new Network({
    time,
    gate: () => gate,
    chance: new Chance(1, 'network'),
    faults: () => faults,
    sometimes: new Sometimes(),
    ownerOf: () => tenant,
    violated: (_, detail) => {
      throw new Error(detail);
    },
    done: () => {},
    tokens: () => ({ asked: () => {}, arrived: () => {}, called: () => {} }),
  });
  const wire = network.wireOf(ASKER);
  return {
    ask: async () => {
      const asked = wire.exchange(
        { ...EVENTS, url: new URL(`${BASE}/stripe/v1/events`) },
        new AbortController().signal,
      );
      let isAnswered = false;
      const answer = asked.finally(() => {
        isAnswered = true;
      });
      while (!isAnswered) if (!(await gate.turn())) time.advance(time.now() + SECOND);
      return answer;
    },
  };
}

test('a provider that asks for patience until a date says when it answered, so that a wrong clock does no harm', async () => {
  const network = throttledNetwork();
  const waits: (number | null)[] = [];
  for (let call = 0; call < 60; call += 1) {
    const { status, headers } = await network.ask();
    expect(status).toBe(429);
    if (parseHttpDate(headers['retry-after'] ?? '', NOW) === null) continue;
    // An hour behind, as a process may be here.
    waits.push(retryAfter_ms(headers, NOW - 3_600_000));
  }
  // The dates are twenty seconds ahead, or past.
  expect([...new Set(waits)].sort()).toEqual([0, 20_000]);
});
