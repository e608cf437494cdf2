import { afterEach, describe, expect, test } from 'vitest';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, openedBooks } from './books.ts';

const open: Books[] = [];
afterEach(async () => {
  for (const books of open.splice(0)) await books.hub.close();
});

interface Watched {
  /** Stripe's lists in the order in which they were asked for. */
  readonly asked: string[];
  /** Calls of Stripe that were under way at once, at most. */
  most: number;
  /** Paths that fail from now on. */
  failing: RegExp | null;
  /** Each answer waits for a second call, as long as a process may need to begin one. */
  waitsForAnother: boolean;
}

/** Turns of the event loop in which a call that can begin has begun; with the database between them it takes some. */
const FEW_TURNS = 20;
const MANY_TURNS = 50_000;

/** Books whose calls of Stripe are watched. */
async function watchedBooks(): Promise<{ readonly books: Books; readonly watched: Watched }> {
  const watched: Watched = { asked: [], most: 0, failing: null, waitsForAnother: false };
  let underWay = 0;
  const through =
    (fetch: FetchDoor): FetchDoor =>
    async (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith('/stripe/')) return fetch(request);
      watched.asked.push(pathname.split('/').at(-1)!);
      underWay += 1;
      watched.most = Math.max(watched.most, underWay);
      const isAlone = () => watched.waitsForAnother && watched.most < 2;
      for (let turn = 0; turn < FEW_TURNS || (isAlone() && turn < MANY_TURNS); turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      try {
        if (watched.failing?.test(pathname)) return new Response('{"error":{"type":"api_error"}}', { status: 500 });
        return await fetch(request);
      } finally {
        underWay -= 1;
      }
    };
  const books = await openedBooks({ through });
  open.push(books);
  return { books, watched };
}

const charge = ({ hub, clock }: Books, amount: number) => hub.sandbox.stripe.charge({ at: clock.at() - 60, amount });

/** A payment that the source's webhook tells of, and everything that follows at once. */
async function told(books: Books, watched: Watched, amount: number): Promise<readonly string[]> {
  watched.asked.length = 0;
  charge(books, amount);
  await books.hub.sandbox.sender.tick();
  await books.hub.settle();
  return watched.asked;
}

describe('the streams of a source', () => {
  test('are read one after the other at first, and side by side once they were read to their end', async () => {
    const { books, watched } = await watchedBooks();
    charge(books, 1_000);
    await books.work(1);
    expect(watched.most).toBe(1);
    watched.waitsForAnother = true;
    books.clock.advance(books.hub.doors.settings.poll_ms);
    await books.work(1);
    expect(watched.most).toBeGreaterThan(1);
    expect(books.documents().size).toBe(2);
  });

  test('follow what the events name: nothing is asked for beside these', async () => {
    const { books, watched } = await watchedBooks();
    await books.work(2);
    watched.asked.length = 0;
    books.clock.advance(books.hub.doors.settings.poll_ms);
    await books.work(1);
    const events = watched.asked.filter((name) => name === 'events').length;
    expect(events).toBeGreaterThan(0);
    expect(watched.asked.slice(0, events).every((name) => name === 'events')).toBe(true);
  });

  test('are read without the events while webhooks tell of them, but not for longer than a poll', async () => {
    const { books, watched } = await watchedBooks();
    await books.work(2);
    await books.hub.settle();
    const soon = [...(await told(books, watched, 2_000))];
    expect(soon).toContain('balance_transactions');
    expect(soon).not.toContain('events');
    expect(books.documents().size).toBe(2);
    books.clock.advance(books.hub.doors.settings.poll_ms);
    expect(await told(books, watched, 3_000)).toContain('events');
    expect(books.documents().size).toBe(4);
  });

  test('end together when one of them fails, and what the others brought is kept', async () => {
    const { books, watched } = await watchedBooks();
    await books.work(2);
    watched.failing = /disputes/;
    await told(books, watched, 2_000);
    expect(books.documents().size).toBe(0);
    const asked = watched.asked.length;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(watched.asked).toHaveLength(asked);
    watched.failing = null;
    await books.work(2);
    expect(books.documents().size).toBe(2);
  });
});
