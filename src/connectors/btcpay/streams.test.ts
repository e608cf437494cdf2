import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, parseJson, writeJson } from '../../kernel/json.ts';
import type { Page, ProviderRequest, StreamContext } from '../sdk/index.ts';
import { DAY_ONE, type Fields, invoice, STORE } from './fixtures/objects.ts';
import { answering, type Kept, kept } from './fixtures/store.ts';
import { invoiceStream } from './streams.ts';

const DAY = 86_400;

function context(fields: Partial<StreamContext> = {}): StreamContext {
  return { accountId: STORE, now: (DAY_ONE + 10 * DAY) * 1_000, since: DAY_ONE * 1_000, oldestOpenAt: null, ...fields };
}

function readPass(at: StreamContext, invoices: readonly Kept[], from: Json | null = null) {
  const [pages, requests, answer]: [Page[], ProviderRequest[], ReturnType<typeof answering>] = [
    [],
    [],
    answering(invoices),
  ];
  for (let cursor = invoiceStream.open(at, from); cursor !== null; cursor = pages.at(-1)?.cursor ?? null) {
    const stored = parseJson(writeJson(cursor));
    requests.push(invoiceStream.request(at, stored));
    pages.push(invoiceStream.read(at, stored, answer(requests.at(-1)!)));
  }
  const ids = pages.flatMap(({ records }) => records.map(({ externalId }) => externalId));
  return { pages, requests, ids, checkpoint: pages.at(-1)?.checkpoint ?? null };
}

function queryOf(request: ProviderRequest | undefined): ReadonlyMap<string, string> {
  return new Map(request?.query);
}

describe('a pass over the invoices', () => {
  test('finds each once, however many share a second and whatever fraction the server hides', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 999 })), {
          minLength: 90,
          maxLength: 420,
        }),
        (instants) => {
          const all = instants.map(([second, ms], i) =>
            kept(invoice({ id: `inv${i}`, createdTime: DAY_ONE + second * 7 }), ms / 1_000 + i / 1_000_000),
          );
          expect(readPass(context(), all).ids.toSorted()).toEqual(all.map(({ invoice: one }) => one.id).toSorted());
        },
      ),
      { numRuns: 15, seed: 20_261_102 },
    );
  });

  test('is not disturbed by invoices that arrive meanwhile', () => {
    const all = Array.from({ length: 150 }, (_, i) => kept(invoice({ id: `inv${i}`, createdTime: DAY_ONE + i })));
    const at = context();
    const first = invoiceStream.read(
      at,
      invoiceStream.open(at, null) as Json,
      answering(all)(invoiceStream.request(at, invoiceStream.open(at, null) as Json)),
    );
    const more = [
      ...all,
      ...Array.from({ length: 60 }, (_, i) => kept(invoice({ id: `new${i}`, createdTime: DAY_ONE + 9 * DAY + i }))),
    ];
    const second = invoiceStream.read(
      at,
      first.cursor as Json,
      answering(more)(invoiceStream.request(at, first.cursor as Json)),
    );
    const ids = [...first.records, ...second.records].map(({ externalId }) => externalId);
    expect(new Set(ids).size).toBe(150);
    expect(second.cursor).toBeNull();
  });

  test('asks for payments, a hundred invoices at a time, and gives each page from old to new', () => {
    const { requests, ids } = readPass(context(), [
      kept(invoice({ id: 'old', createdTime: DAY_ONE + 1 })),
      kept(invoice({ id: 'new', createdTime: DAY_ONE + 2 })),
    ]);
    expect(Object.fromEntries(queryOf(requests[0]))).toEqual({
      startDate: String(DAY_ONE),
      includePaymentMethods: 'true',
      take: '100',
    });
    expect(ids).toEqual(['old', 'new']);
  });

  test('says how far it is', () => {
    const all = Array.from({ length: 150 }, (_, i) =>
      kept(invoice({ id: `inv${i}`, createdTime: DAY_ONE + i * 5_760 })),
    );
    const progress = readPass(context(), all).pages.map((page) => page.progress);
    expect(progress[0]).toBeCloseTo(0.67, 1);
    expect(progress.at(-1)).toBe(1);
  });

  test('starts ten minutes before the newest invoice, or at the oldest one that can still change', () => {
    const newest = DAY_ONE + 10 * DAY;
    const { checkpoint } = readPass(context(), [kept(invoice({ createdTime: newest }))]);
    const start = (fields: Partial<StreamContext>) =>
      Number(queryOf(readPass(context(fields), [], checkpoint).requests[0]).get('startDate'));
    expect(start({})).toBe(DAY_ONE + 10 * DAY - 600);
    expect(start({ oldestOpenAt: (DAY_ONE + 3 * DAY) * 1_000 })).toBe(DAY_ONE + 3 * DAY);
    expect(start({ oldestOpenAt: context().now })).toBe(DAY_ONE + 10 * DAY - 600);
    expect(start({ oldestOpenAt: 0 })).toBe(DAY_ONE + 10 * DAY - 60 * DAY);
  });

  test('passes over nothing when our clock was ahead', () => {
    const { checkpoint } = readPass(context({ now: (DAY_ONE + 10 * DAY + 3_600) * 1_000 }), []);
    const missed = kept(invoice({ createdTime: DAY_ONE + 10 * DAY + 60 }));
    const next = readPass(context({ now: (DAY_ONE + 10 * DAY + 7_200) * 1_000 }), [missed], checkpoint);
    expect(next.pages.flatMap(({ records }) => records)).toHaveLength(1);
  });

  test('reads an invoice alone when the server does not show its payments in the list', () => {
    const { paymentMethods: _, ...bare } = invoice();
    const { pages } = readPass(context(), [kept(bare)]);
    expect(pages[0]).toMatchObject({ records: [], follow: [{ stream: 'invoices', externalId: 'inv1' }] });
  });

  test('refuses an answer that is no list of invoices', () => {
    const cursor = invoiceStream.open(context(), null) as Json;
    for (const body of [null, {}, [7], [{ id: 'inv1' }], [{ createdTime: 1 }]] satisfies Json[]) {
      expect(() => invoiceStream.read(context(), cursor, body)).toThrow(
        expect.objectContaining({ code: 'record.unreadable' }),
      );
    }
  });
});

describe('an invoice', () => {
  const settled = (fields: Fields, now = DAY_ONE + 900 + DAY) => {
    const page = readPass(context({ now: now * 1_000 }), [kept(invoice(fields))]).pages[0];
    return page?.records[0]?.settled;
  };

  test('stays on the watch list while it is new or processing, whatever the time', () => {
    for (const status of ['New', 'Processing']) expect(settled({ status }, DAY_ONE + 400 * DAY)).toBe(false);
  });

  test('stays on the watch list until its monitoring ends, for money that comes late', () => {
    for (const status of ['Expired', 'Invalid', 'Settled']) {
      expect(settled({ status })).toBe(false);
      expect(settled({ status }, DAY_ONE + 900 + DAY + 1)).toBe(true);
    }
  });

  test('read alone comes with payments that were replaced', () => {
    const bodies: Json[] = [];
    const answer = answering([kept(invoice())]);
    const calls: ProviderRequest[] = [];
    for (let next = invoiceStream.one!.next(context(), 'inv1', bodies); next; ) {
      calls.push(next);
      bodies.push(answer(next));
      next = invoiceStream.one!.next(context(), 'inv1', bodies);
    }
    expect(calls.map(({ path }) => path)).toEqual([
      `/api/v1/stores/${STORE}/invoices/inv1`,
      `/api/v1/stores/${STORE}/invoices/inv1/payment-methods`,
    ]);
    expect(calls[1]?.query).toEqual([['onlyAccountedPayments', 'false']]);
    const { records } = invoiceStream.one!.read(context(), 'inv1', bodies);
    expect(records).toMatchObject([{ externalId: 'inv1', createdAt: DAY_ONE * 1_000, body: invoice() }]);
  });

  test('of another store is not taken for one of ours: its payments would be booked twice', () => {
    const foreign = invoice({ storeId: 'another-store' });
    const unreadable = expect.objectContaining({ code: 'record.unreadable' });
    expect(() => readPass(context(), [kept(foreign)])).toThrow(unreadable);
    expect(() => invoiceStream.one!.read(context(), 'inv1', [foreign, []])).toThrow(unreadable);
  });

  test('is not mistaken for another', () => {
    for (const bodies of [[invoice({ id: 'inv2' }), []], [invoice(), {}], [invoice()], []] satisfies Json[][]) {
      expect(() => invoiceStream.one!.read(context(), 'inv1', bodies)).toThrow(
        expect.objectContaining({ code: 'record.unreadable' }),
      );
    }
  });
});
