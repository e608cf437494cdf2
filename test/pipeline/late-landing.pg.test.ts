import { afterEach, expect, test } from 'vitest';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, MINUTE_MS, openedBooks } from './books.ts';

let books: Books | undefined;
afterEach(() => books?.hub.close());

/** The first request that makes a payment is lost on its way, and carried out when the second one comes. */
function lateLanding(fetch: FetchDoor): FetchDoor {
  let kept: Request | null = null;
  let requests = 0;
  return async (request) => {
    if (request.method !== 'POST' || !new URL(request.url).pathname.endsWith('/payment')) return fetch(request);
    requests += 1;
    if (requests === 1) {
      kept = request.clone();
      return new Response('', { status: 504 });
    }
    if (kept !== null) await fetch(kept);
    kept = null;
    return fetch(request);
  };
}

test('a payment that is refused because an earlier request of it has just landed is adopted', async () => {
  books = await openedBooks({
    settings: { mode: 'invoicing', feeDetail: 'payout' },
    sandbox: { quickbooks: { limits: null, requestIdRetentionMs: 0 } },
    through: lateLanding,
  });
  const { stripe } = books.hub.sandbox;
  const at = books.clock.at() - 600;
  const customer = stripe.createCustomer({ at, name: 'Blue Door Ltd' });
  const lines = [{ description: 'Design', unitAmount: 50_000 }];
  const { id: invoice } = stripe.createInvoice({ at, customer: customer.id, lines });
  stripe.finalizeInvoice({ at, invoice });
  stripe.payInvoice({ at: at + 60, invoice });
  await books.work(9, 5 * MINUTE_MS);
  const payments = (await books.postings()).filter(({ kind }) => kind === 'payment');
  expect(payments).toMatchObject([{ state: 'posted', adopted: true, held: false }]);
  expect([...books.documents()].filter(([, ids]) => ids.length !== 1)).toEqual([]);
  expect(await books.attention()).toEqual([]);
});

/**
 * The first request that makes a deposit is lost on its way; the second, after a look-up that found nothing, is asked
 * to wait, and meanwhile the first is carried out.
 */
function landsWhileWaiting(fetch: FetchDoor): FetchDoor {
  let requests = 0;
  let kept: Request;
  return async (request) => {
    if (request.method !== 'POST' || !new URL(request.url).pathname.endsWith('/deposit')) return fetch(request);
    requests += 1;
    if (requests === 1) {
      kept = request.clone();
      return new Response('', { status: 504 });
    }
    if (requests > 2) return fetch(request);
    await fetch(kept);
    books!.hub.sandbox.faults.quickbooks.failNext({ fault: '429', method: 'POST', path: /\/deposit$/, count: 1 });
    return fetch(request);
  };
}

test('what is asked to wait after a look-up is looked for again before it is sent', async () => {
  books = await openedBooks({
    sandbox: { quickbooks: { limits: null, requestIdRetentionMs: 0 } },
    through: landsWhileWaiting,
  });
  books.hub.sandbox.stripe.releaseReserve({ at: books.clock.at() - 600, amount: 700 });
  await books.work(9, 5 * MINUTE_MS);
  expect(await books.postings()).toMatchObject([{ kind: 'deposit', state: 'posted', adopted: true }]);
  expect([...books.documents()].map(([, ids]) => ids.length)).toEqual([1]);
});

test('a document whose answer was lost, and which a person moved to another day since, is adopted', async () => {
  books = await openedBooks();
  const { sandbox } = books.hub;
  sandbox.faults.quickbooks.failNext({ fault: 'timeoutAfterCommit', method: 'POST', path: /\/deposit$/, count: 1 });
  sandbox.stripe.releaseReserve({ at: books.clock.at() - 600, amount: 700 });
  await books.hub.settle();
  const [documentId] = [...books.documents().values()].flat();
  sandbox.quickbooks.humanEdit('Deposit', documentId!.split(' ').at(-1)!, { TxnDate: '2026-10-02' });
  await books.work(4, MINUTE_MS);
  expect(await books.postings()).toMatchObject([{ kind: 'deposit', state: 'posted', adopted: true }]);
  expect([...books.documents()].map(([, ids]) => ids.length)).toEqual([1]);
});
