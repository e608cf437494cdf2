import { afterEach, expect, test } from 'vitest';
import { sql } from '../../src/platform/store/index.ts';
import { type Books, openedBooks, renew } from './books.ts';

let books: Books | undefined;
afterEach(() => books?.hub.close());

test('a refusal of the old credential that arrives after the owner has connected again does not park the connection', async () => {
  let isLate = false;
  books = await openedBooks({
    renews: false,
    through: (fetch) => async (request) => {
      const answer = await fetch(request);
      if (answer.status !== 401 || isLate || !new URL(request.url).pathname.startsWith('/quickbooks/')) return answer;
      isLate = true;
      // While the answer is on its way, the owner connects again.
      await renew(books!.hub);
      return answer;
    },
  });
  books.hub.sandbox.stripe.charge({ at: books.clock.at() - 60, amount: 1_000 });
  await books.hub.settle();
  books.hub.sandbox.quickbooks.disconnect();
  books.hub.sandbox.stripe.charge({ at: books.clock.at() - 30, amount: 2_000 });
  await books.work(5);
  expect(isLate).toBe(true);
  expect(await books.query(sql`select state from connections where provider = 'quickbooks'`)).toEqual([
    { state: 'active' },
  ]);
  expect(await books.attention()).toEqual([]);
});
