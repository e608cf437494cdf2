import { describe, expect, test } from 'vitest';
import type { FaultPlan } from '../core/fault-plan.ts';
import { testDoors } from '../core/testing.ts';
import { replay } from './replay.ts';
import { createWebhookSender } from './sender.ts';
import { isSuccessStatus, type WebhookMessage, type WebhookSource } from './source.ts';

/** A source of plain numbered events for one endpoint. */
function source(ordered = false) {
  const outgoing: WebhookMessage[] = [];
  const events: { id: string; type: string; created: number }[] = [];
  const made: WebhookSource = {
    name: 'plain',
    policy: { ordered, isSuccess: isSuccessStatus, retryAfter: (attempts) => (attempts < 3 ? attempts * 1_000 : null) },
    takeOutgoing: () => outgoing.splice(0),
    events: () => events,
    endpointsFor: () => ['hub'],
    deliveryIdOf: ({ event }) => event,
    render: ({ event }, { kind, number }) => ({
      url: 'https://hub.invalid/',
      headers: {},
      body: `${event} ${kind} ${number}`,
    }),
  };
  const emit = (id: string) => {
    events.push({ id, type: 'made', created: events.length });
    outgoing.push({ event: id, endpoint: 'hub' });
  };
  return { made, emit };
}

function sending(answer: (body: string) => number, options: { ordered?: boolean; faults?: FaultPlan } = {}) {
  const doors = testDoors(0);
  const { made, emit } = source(options.ordered);
  const bodies: string[] = [];
  const sender = createWebhookSender({
    doors,
    sources: [made],
    faults: () => options.faults ?? {},
    async send(request) {
      const body = await request.text();
      bodies.push(body);
      return new Response(null, { status: answer(body) });
    },
  });
  return { doors, emit, sender, bodies, made };
}

describe('the sender', () => {
  test('sends once what is accepted', async () => {
    const { emit, sender, bodies } = sending(() => 204);
    emit('a');
    emit('b');
    expect(await sender.tick()).toBe(2);
    expect(await sender.tick()).toBe(0);
    expect([bodies, sender.nextDueAt(), sender.counts().accepted]).toEqual([['a first 1', 'b first 1'], null, 2]);
  });

  test('retries on the schedule of the source, then gives up', async () => {
    const { doors, emit, sender, bodies } = sending(() => 500);
    emit('a');
    await sender.tick();
    expect(sender.nextDueAt()).toBe(1_000);
    doors.set(1_000);
    await sender.tick();
    expect(sender.nextDueAt()).toBe(3_000);
    doors.set(3_000);
    await sender.tick();
    expect([bodies.at(-1), sender.pending(), sender.counts().abandoned]).toEqual(['a retry 3', 0, 1]);
  });

  test('keeps order where the source wants it and passes by a failure elsewhere', async () => {
    const failing = (body: string) => (body.startsWith('a') ? 500 : 200);
    const free = sending(failing);
    const strict = sending(failing, { ordered: true });
    for (const { emit, sender } of [free, strict]) {
      emit('a');
      emit('b');
      await sender.tick();
    }
    expect([free.bodies.length, strict.bodies.length]).toEqual([2, 1]);
  });

  test('takes up where it stopped after a restore', async () => {
    const first = sending(() => 500);
    first.emit('a');
    await first.sender.tick();
    const second = sending(() => 200);
    second.sender.restore(JSON.parse(JSON.stringify(first.sender.snapshot())));
    second.doors.set(1_000);
    await second.sender.tick();
    expect(second.bodies).toEqual(['a retry 2']);
  });

  test('applies the faults of the plan', async () => {
    const { emit, sender, bodies } = sending(() => 200, { faults: { webhookDuplicate: 1 } });
    emit('a');
    await sender.tick();
    expect(bodies).toEqual(['a first 1', 'a first 1']);
  });

  test('counts an answer that never came as a failure', async () => {
    const { emit, sender } = sending(() => {
      throw new Error('reset');
    });
    emit('a');
    await sender.tick();
    expect([sender.counts().refused, sender.nextDueAt()]).toEqual([1, 1_000]);
  });

  test('runs two ticks one after the other, so that nothing is sent twice', async () => {
    const { emit, sender, bodies } = sending(() => 200);
    emit('a');
    await Promise.all([sender.tick(), sender.tick()]);
    expect(bodies).toEqual(['a first 1']);
  });
});

describe('a replay', () => {
  const replayed = async (order: 'original' | 'shuffled', seed: number, times = 3) => {
    const { emit, sender, bodies, made } = sending((body) => (body.startsWith('c') ? 400 : 200));
    for (const id of 'abcdefgh') emit(id);
    await sender.tick();
    bodies.length = 0;
    const result = await replay(sender, { seed, times, order, sources: [made], concurrency: 1 }, () => undefined);
    return { result, order: bodies.map((body) => body[0]).join('') };
  };

  test('sends every kept event so many times, and counts what was accepted', async () => {
    const { result, order } = await replayed('original', 1);
    expect(order).toBe('abcdefghabcdefghabcdefgh');
    expect(result).toEqual({ deliveries: 24, answered2xx: 21, failed: 3 });
  });

  test('shuffles by the seed, the same for the same one', async () => {
    const { order } = await replayed('shuffled', 1);
    expect([...order].sort().join('')).toBe('aaabbbcccdddeeefffggghhh');
    expect((await replayed('shuffled', 1)).order).toBe(order);
    expect((await replayed('shuffled', 2)).order).not.toBe(order);
  });
});
