import { expect, test } from 'vitest';
import { ManualClock } from '../../platform/transport/manual-clock.ts';
import type { Doors } from '../doors.ts';
import { Opening } from './opening.ts';
import type { InboxStore } from './store.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function opening(fanOut: (look: number) => { deliveries: number; events: number }) {
  const clock = new ManualClock();
  let looks = 0;
  let told = 0;
  const store = { fanOut: async () => fanOut(++looks) } as unknown as InboxStore;
  const log = { warn: () => {} };
  const onEvents = () => {
    told += 1;
  };
  const made = new Opening({ clock, log } as unknown as Doors, store, { onEvents });
  return { made, clock, looks: () => looks, told: () => told };
}

const NOTHING = { deliveries: 0, events: 0 };

test('looks every second, and at once when poked', async () => {
  const { made, clock, looks } = opening(() => NOTHING);
  made.start();
  await settled();
  expect(looks()).toBe(1);
  clock.advance(1_000);
  await settled();
  expect(looks()).toBe(2);
  made.poke();
  await settled();
  expect(looks()).toBe(3);
  await made.stop();
});

test('a poke that comes while it looks is not lost', async () => {
  const { made, looks } = opening((look) => {
    if (look === 1) made.poke();
    return NOTHING;
  });
  made.start();
  await settled();
  expect(looks()).toBe(2);
  await made.stop();
});

test('goes on until the inbox is empty, tells of events, and survives a store that is away', async () => {
  const { made, looks, told, clock } = opening((look) => {
    if (look === 3) throw new Error('away');
    return look < 3 ? { deliveries: 200, events: 5 } : NOTHING;
  });
  made.start();
  await settled();
  expect([looks(), told()]).toEqual([3, 2]);
  clock.advance(1_000);
  await settled();
  expect(looks()).toBe(4);
  await made.stop();
  expect(made.isRunning).toBe(false);
});
