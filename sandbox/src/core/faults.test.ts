import { describe, expect, test } from 'vitest';
import { parseFaultPlan, readFaultPlan } from './fault-plan.ts';
import { withFaults } from './faults.ts';
import { jsonResponse } from './json.ts';
import { NoAnswer, type SandboxProvider } from './provider.ts';
import { testDoors } from './testing.ts';

/** A provider that counts what took effect. */
function counter(name = 'stripe') {
  let applied = 0;
  const provider: SandboxProvider = {
    name,
    fetch: async () => jsonResponse(200, { applied: ++applied, padding: 'x'.repeat(40) }),
    snapshot: () => applied,
    restore: (state) => {
      applied = Number(state);
    },
  };
  return { provider, applied: () => applied };
}

const request = (path = '/v1/charges', method = 'GET') => new Request(`http://sandbox.invalid${path}`, { method });

describe('a fault plan', () => {
  test('reads the command line form', () => {
    expect(parseFaultPlan('timeoutAfterCommit=0.2, 429=0.1')).toEqual({
      plan: { timeoutAfterCommit: 0.2, '429': 0.1 },
    });
    expect(parseFaultPlan('')).toEqual({ plan: {} });
  });

  test('names every problem at once', () => {
    const result = readFaultPlan({ boom: 1, '429': 2, hang: 'yes', timeoutBeforeCommit: 0.5 });
    expect('problems' in result && result.problems.length).toBe(4);
    expect(parseFaultPlan('429')).toEqual({ problems: ['429 is not of the form fault=share'] });
  });
});

describe('faults', () => {
  const always = (plan: Parameters<typeof withFaults>[1], name?: string) => {
    const inner = counter(name);
    return { ...inner, faulty: withFaults(inner.provider, plan, testDoors()) };
  };

  test('a time-out before commit leaves nothing behind', async () => {
    const { faulty, applied } = always({ timeoutBeforeCommit: 1 });
    await expect(faulty.fetch(request())).rejects.toEqual(new NoAnswer(false));
    expect(applied()).toBe(0);
  });

  test('a time-out after commit loses only the answer', async () => {
    const { faulty, applied } = always({ timeoutAfterCommit: 1 });
    const error = await faulty.fetch(request()).catch((thrown: unknown) => thrown);
    expect(error instanceof NoAnswer && error.applied).toBe(true);
    expect(applied()).toBe(1);
  });

  test.each([
    ['stripe', 'application/json', 'rate_limit'],
    ['quickbooks', 'application/json', '003001'],
    ['btcpay', 'text/html', 'Too Many Requests'],
  ])('a 429 of %s is in its own words and takes no effect', async (name, type, words) => {
    const { faulty, applied } = always({ '429': 1, retryAfterSeconds: 7 }, name);
    const response = await faulty.fetch(request());
    expect([response.status, response.headers.get('content-type'), response.headers.get('retry-after')]).toEqual([
      429,
      type,
      '7',
    ]);
    expect(await response.text()).toContain(words);
    expect(applied()).toBe(0);
  });

  test('a 429 of Stripe carries the reason header', async () => {
    const response = await always({ '429': 1 }).faulty.fetch(request());
    expect(response.headers.get('stripe-rate-limited-reason')).toBe('global-rate');
    expect(response.headers.get('retry-after')).toBeNull();
  });

  test('5xx before and after commit differ in effect only', async () => {
    const before = always({ '5xx': 1 });
    const after = always({ '5xxAfterCommit': 1 });
    expect((await before.faulty.fetch(request())).status).toBe(500);
    expect((await after.faulty.fetch(request())).status).toBe(500);
    expect([before.applied(), after.applied()]).toEqual([0, 1]);
  });

  test('a proxy answers with a page', async () => {
    const response = await always({ html: 1 }).faulty.fetch(request());
    expect([502, 503]).toContain(response.status);
    expect(await response.text()).toMatch(/^<html>/);
  });

  test('a truncated answer is not JSON, a wrongly typed one is', async () => {
    const cut = await always({ truncated: 1 }).faulty.fetch(request());
    const text = await cut.text();
    expect(cut.status).toBe(200);
    expect(() => JSON.parse(text)).toThrow();
    const typed = await always({ wrongType: 1 }).faulty.fetch(request());
    expect(typed.headers.get('content-type')).toBe('text/plain');
    expect(await typed.json()).toMatchObject({ applied: 1 });
  });

  test('latency passes on the injected clock', async () => {
    const doors = testDoors();
    const before = doors.now();
    const faulty = withFaults(counter().provider, { latency: 1, latencyMs: 500 }, doors);
    await faulty.fetch(request());
    expect(doors.now()).toBeGreaterThan(before);
    expect(doors.now()).toBeLessThan(before + 500);
    expect(faulty.injected()).toEqual({ latency: 1 });
  });

  test('the next matching requests fail as told, the others pass', async () => {
    const { faulty, applied } = always({});
    faulty.failNext({ fault: '5xx', count: 2, method: 'post', path: /refunds$/ });
    const statuses: number[] = [];
    for (const [path, method] of [
      ['/v1/charges', 'GET'],
      ['/v1/refunds', 'POST'],
      ['/v1/refunds', 'GET'],
      ['/v1/refunds', 'POST'],
      ['/v1/refunds', 'POST'],
    ] as const) {
      statuses.push((await faulty.fetch(request(path, method))).status);
    }
    expect(statuses).toEqual([200, 500, 200, 500, 200]);
    expect(applied()).toBe(3);
    expect(faulty.injected()).toEqual({ '5xx': 2 });
  });

  test('shares are kept over many requests and can be switched off', async () => {
    const { faulty } = always({ '429': 0.2, '5xx': 0.1 });
    const statuses: Record<number, number> = {};
    for (let index = 0; index < 1_000; index += 1) {
      const { status } = await faulty.fetch(request());
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    expect(statuses[429]).toBeGreaterThan(150);
    expect(statuses[429]).toBeLessThan(250);
    expect(statuses[500]).toBeGreaterThan(60);
    expect(statuses[500]).toBeLessThan(140);
    faulty.setPlan({});
    expect((await faulty.fetch(request())).status).toBe(200);
  });
});
