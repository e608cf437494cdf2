import { beforeEach, describe, expect, test } from 'vitest';
import type { SettleAttempt } from '../../../src/hub/posting/delivery-store.ts';
import { posted } from '../../../src/hub/posting/fixtures/posting.ts';
import { charge } from '../../../src/hub/posting/plan/fixtures/facts.ts';
import { POSTING_STATES, type Posting, type PostingState } from '../../../src/hub/posting/posting.ts';
import { stateAfter } from '../../../src/hub/posting/states.ts';
import { SETTLED, type Settlement } from '../../../src/hub/posting/verdict.ts';
import type { AttemptId } from '../../../src/kernel/ids.ts';
import {
  ALONE,
  addFact,
  aPlan,
  HOUR_MS,
  type MakeHarness,
  NOW,
  type PostingHarness,
  postingIdOf,
  readToSend,
  save,
} from './posting-harness.ts';
import type { PostingRow } from './rows.ts';

const EVENTS = ['accepted', 'not_applied', 'refused', 'outcome_unknown', 'found', 'not_found'] as const;
type SettledEvent = (typeof EVENTS)[number];

const SENT = NOW + 1_000;
const LATER = NOW + 2_000;
const CLOSED = { code: 'ledger.closed_period', detail: 'The books are closed.' } as const;
const TOTAL = { code: 'ledger.total_differs', detail: 'Another total.' } as const;
const GOT_LOST = { code: 'provider.timeout', detail: 'No answer.' } as const;

function hasDocument(event: SettledEvent): boolean {
  return event === 'accepted' || event === 'found';
}

function settlement(event: SettledEvent, over: Partial<Settlement> = {}): Settlement {
  const document = hasDocument(event) ? posted({ documentId: '145', version: '3' }) : null;
  return { ...SETTLED, event, document, notBefore: LATER + 5, ...over };
}

/** What every delivery store makes of answers and look-ups. */
export function describeSettling(name: string, make: MakeHarness): void {
  describe(`${name}: settling`, () => {
    let h: PostingHarness;
    beforeEach(async () => {
      h = await make();
    });
    const id = (one = 'a') => postingIdOf(h, one);
    const stored = async (one = 'a') => (await h.seen.posting(id(one)))!;

    /** Planned ones, as delivery reads them. */
    async function planned(...names: string[]): Promise<Posting[]> {
      const factId = await addFact(h, { name: names.join(), fact: charge('1.00') });
      await save(
        h,
        factId,
        names.map((one) => aPlan(h, one)),
      );
      return Promise.all(names.map((one) => readToSend(h, one)));
    }

    async function begun(...names: string[]) {
      const postings = await planned(...names);
      return h.deliveries.beginSending(await h.claim(h.ledger), postings, ALONE, SENT);
    }

    async function settle(...results: SettleAttempt[]): Promise<void> {
      await h.deliveries.settle(await h.claim(h.ledger), results, LATER);
    }

    /** One posting sent and settled. */
    async function sent(over: Settlement, change: Parameters<PostingHarness['put']['posting']>[1] = {}) {
      const [sending] = await begun('a');
      if (Object.keys(change).length > 0) await h.put.posting(id(), change);
      await settle({ ...sending!, settlement: over });
      return stored();
    }

    test.each(EVENTS)(
      '%s is applied in the states that the table names, and changes nothing in others',
      async (event) => {
        const names = [...POSTING_STATES];
        const postings = await planned(...names);
        for (const [i, state] of names.entries())
          await h.put.posting(id(state), { state, firstSentAt: SENT, documentId: `d${i}` });
        const before = new Map<PostingState, PostingRow>();
        for (const state of names) before.set(state, await stored(state));
        const document = (state: string) => (hasDocument(event) ? posted({ documentId: `of ${state}` }) : null);
        await settle(
          ...postings.map((posting, i) => ({
            posting,
            attemptId: null,
            settlement: settlement(event, { document: document(names[i]!), reason: GOT_LOST }),
          })),
        );
        for (const state of names) {
          const next = stateAfter(state, event);
          const after = await stored(state);
          if (next === null) expect(after, state).toEqual(before.get(state));
          else {
            const documentId = document(state)?.documentId ?? before.get(state)?.documentId;
            expect(after, state).toMatchObject({
              state: next,
              documentId,
              reasonCode: GOT_LOST.code,
              notBefore: LATER + 5,
            });
          }
          expect(await h.seen.attempts(id(state))).toMatchObject([
            {
              operation: 'look_up',
              key: null,
              result: event,
              startedAt: LATER,
              finishedAt: LATER,
              errorCode: GOT_LOST.code,
            },
          ]);
        }
      },
    );

    test('what the ledger took as it was meant is posted, with nothing left over', async () => {
      const change = { failures: 3, held: true, reasonCode: 'ledger.refused', wanted: 'void' } as const;
      expect(await sent(settlement('accepted'), change)).toMatchObject({
        state: 'posted',
        wanted: 'void',
        reasonCode: null,
        reasonDetail: null,
        held: false,
        notBefore: LATER,
        failures: 0,
        failingSince: null,
        documentId: '145',
        documentVersion: '3',
        adopted: false,
        postedAt: LATER,
        firstSentAt: SENT,
        looks: 0,
        keyRevision: 0,
      });
      expect(await h.seen.attempts(id())).toMatchObject([
        { operation: 'create', key: id(), startedAt: SENT, finishedAt: LATER, result: 'accepted', errorCode: null },
      ]);
    });

    test('an acceptance closes what hindered, and leaves open what is to be seen because it is posted', async () => {
      const seen = { code: 'posting.unknown_category', detail: 'Somebody should look.' } as const;
      const factId = await addFact(h, { name: 'a', fact: charge('1.00') });
      await save(h, factId, [aPlan(h, 'a', { attention: seen }), aPlan(h, 'b', { attention: seen })]);
      const ledger = await h.claim(h.ledger);
      const postings = [await readToSend(h, 'a'), await readToSend(h, 'b')];
      await h.deliveries.hold(ledger, postings, CLOSED, NOW);
      for (const one of ['a', 'b']) await h.put.posting(id(one), { held: false });
      const [a, b] = await h.deliveries.beginSending(ledger, postings, ALONE, SENT);
      await settle({ ...a!, settlement: settlement('accepted') });
      await settle({ ...b!, settlement: settlement('outcome_unknown') });
      const posting = (await h.deliveries.toLookUp(h.ledger, 1, LATER + 5))[0]!;
      const document = posted({ documentId: '146' });
      await settle({ posting, attemptId: null, settlement: settlement('found', { document }) });
      for (const one of ['a', 'b'])
        expect(await h.seen.attention(id(one))).toMatchObject([
          { code: seen.code, isOpen: true },
          { code: CLOSED.code, isOpen: false },
        ]);
    });

    test('an answer that comes for nothing still ends its attempt', async () => {
      const after = await sent(settlement('accepted'), { state: 'uncertain' });
      expect(after).toMatchObject({ state: 'uncertain', documentId: null, postedAt: null });
      expect(await h.seen.attempts(id())).toMatchObject([{ result: 'accepted', finishedAt: LATER }]);
    });

    test('many answers at once are settled each by itself', async () => {
      const [a, b, c] = await begun('a', 'b', 'c');
      await settle(
        { ...a!, settlement: settlement('accepted', { document: posted({ documentId: '1' }) }) },
        { ...b!, settlement: settlement('refused', { reason: CLOSED, attention: true, newKey: true }) },
        { ...c!, settlement: settlement('accepted', { document: posted({ documentId: '2' }) }) },
      );
      expect([await stored('a'), await stored('b'), await stored('c')]).toMatchObject([
        { state: 'posted', documentId: '1' },
        { state: 'dead', documentId: null, keyRevision: 1, reasonCode: CLOSED.code },
        { state: 'posted', documentId: '2' },
      ]);
      expect(await h.seen.attention(id('b'))).toEqual([{ ...CLOSED, connectionId: h.source.id, isOpen: true }]);
      expect(await h.seen.attempts(id('b'))).toMatchObject([
        { result: 'refused', errorCode: CLOSED.code, errorDetail: CLOSED.detail },
      ]);
    });

    test('one document belongs to one posting: two that claim it undo the whole settlement', async () => {
      const [a, b, c] = await begun('a', 'b', 'c');
      const same = { settlement: settlement('accepted') };
      await expect(settle({ ...a!, ...same }, { ...b!, ...same })).rejects.toThrow(/postings_document/);
      expect(await stored('a')).toMatchObject({ state: 'sending', documentId: null });
      expect(await h.seen.attempts(id('a'))).toMatchObject([{ result: null, finishedAt: null }]);
      await settle({ ...a!, ...same });
      await h.put.posting(id('c'), { state: 'uncertain' });
      const found = settle({ posting: c!.posting, attemptId: null, settlement: settlement('found') });
      await expect(found).rejects.toThrow(/postings_document/);
      expect(await h.seen.attempts(id('c'))).toMatchObject([{ operation: 'create' }]);
      await h.put.posting(id('a'), { state: 'voided' });
      await settle({ ...b!, ...same });
      expect(await stored('b')).toMatchObject({ state: 'posted', documentId: '145' });
    });

    test('an acceptance without a document is refused', async () => {
      const [a] = await begun('a');
      const late = settle({ ...a!, settlement: settlement('accepted', { document: null }) });
      await expect(late).rejects.toThrow(/postings_check/);
      expect(await stored()).toMatchObject({ state: 'sending' });
    });

    test('another total is posted, to be removed, and shown', async () => {
      const after = await sent(settlement('accepted', { reason: TOTAL, remove: true, attention: true }));
      expect(after).toMatchObject({
        state: 'posted',
        wanted: 'void',
        reasonCode: TOTAL.code,
        documentId: '145',
        notBefore: LATER + 5,
        postedAt: LATER,
      });
      expect(await h.seen.attention(id())).toMatchObject([{ ...TOTAL, isOpen: true }]);
    });

    test('failures are counted from the first one, and forgotten by anything else', async () => {
      const failing = settlement('not_applied', { reason: GOT_LOST, failed: true });
      expect(await sent(failing)).toMatchObject({ state: 'planned', failures: 1, failingSince: LATER });
      const posting = await readToSend(h, 'a');
      const [again] = await h.deliveries.beginSending(await h.claim(h.ledger), [posting], ALONE, LATER);
      await h.deliveries.settle(await h.claim(h.ledger), [{ ...again!, settlement: failing }], LATER + HOUR_MS);
      expect(await stored()).toMatchObject({ failures: 2, failingSince: LATER });
      const third = await readToSend(h, 'a');
      const [last] = await h.deliveries.beginSending(await h.claim(h.ledger), [third], ALONE, LATER);
      await settle({ ...last!, settlement: settlement('not_applied') });
      expect(await stored()).toMatchObject({ failures: 0, failingSince: null });
    });

    test('a look that finds nothing is no success: the row of failures goes on', async () => {
      const failing = settlement('outcome_unknown', { reason: GOT_LOST, failed: true });
      expect(await sent(failing)).toMatchObject({ failures: 1, failingSince: LATER });
      for (const event of ['outcome_unknown', 'not_found'] as const) {
        const [posting] = await h.deliveries.toLookUp(h.ledger, 1, LATER + 5);
        await settle({ posting: posting!, attemptId: null, settlement: settlement(event) });
        expect(await stored()).toMatchObject({ failures: 1, failingSince: LATER });
      }
    });

    test('a send that certainly did not arrive starts no window; one whose outcome was ever unknown keeps its own', async () => {
      expect(await sent(settlement('not_applied'))).toMatchObject({ firstSentAt: null, sentAt: SENT });
      const send = async (now: number) =>
        (await h.deliveries.beginSending(await h.claim(h.ledger), [await readToSend(h, 'a')], ALONE, now))[0]!;
      await settle({ ...(await send(SENT + 10)), settlement: settlement('outcome_unknown') });
      expect(await stored()).toMatchObject({ state: 'uncertain', firstSentAt: SENT + 10, looks: 0 });
      const [posting] = await h.deliveries.toLookUp(h.ledger, 1, LATER + 5);
      await settle({ posting: posting!, attemptId: null, settlement: settlement('not_found') });
      expect(await stored()).toMatchObject({ state: 'planned', firstSentAt: SENT + 10, looks: 1 });
      await settle({ ...(await send(SENT + 20)), settlement: settlement('not_applied') });
      expect(await stored()).toMatchObject({ state: 'planned', firstSentAt: SENT + 10, sentAt: SENT + 20, looks: 1 });
    });

    test('the batch with which it may still land is kept as it was judged, and forgotten once it is accepted', async () => {
      const open = { batch: 'bat_1' } as const;
      expect(await sent(settlement('outcome_unknown', open))).toMatchObject({ state: 'uncertain', batch: 'bat_1' });
      const [posting] = await h.deliveries.toLookUp(h.ledger, 1, LATER + 5);
      expect(posting).toMatchObject({ batch: 'bat_1' });
      await settle({ posting: posting!, attemptId: null, settlement: settlement('not_found', open) });
      expect(await stored()).toMatchObject({ state: 'planned', batch: 'bat_1' });
      await h.deliveries.recover(await h.claim(h.ledger), LATER);
      expect(await stored()).toMatchObject({ state: 'uncertain', batch: 'bat_1', looks: 1 });
      await settle({ posting: posting!, attemptId: null, settlement: settlement('not_found') });
      expect(await stored()).toMatchObject({ state: 'planned', batch: null });
      const again = { operation: 'create', batch: 'bat_2' } as const;
      const [last] = await h.deliveries.beginSending(await h.claim(h.ledger), [await readToSend(h, 'a')], again, LATER);
      await settle({ ...last!, settlement: settlement('accepted') });
      expect(await stored()).toMatchObject({ state: 'posted', batch: null });
    });

    test('looks are counted, and found ones are adopted', async () => {
      await sent(settlement('outcome_unknown', { failed: true }));
      for (const looks of [1, 2]) {
        const [posting] = await h.deliveries.toLookUp(h.ledger, 1, LATER + 5);
        await settle({ posting: posting!, attemptId: null, settlement: settlement('outcome_unknown') });
        expect(await stored()).toMatchObject({ state: 'uncertain', looks, adopted: false });
      }
      const [posting] = await h.deliveries.toLookUp(h.ledger, 1, LATER + 5);
      const several = { code: 'ledger.several_matches', detail: 'Delete the others.' } as const;
      const found = settlement('found', { reason: several, attention: true });
      await settle({ posting: posting!, attemptId: null, settlement: found });
      expect(await stored()).toMatchObject({ state: 'posted', looks: 3, adopted: true, documentId: '145' });
      expect(await h.seen.attention(id())).toMatchObject([{ ...several, isOpen: true }]);
      expect((await h.seen.attempts(id())).map(({ operation }) => operation)).toEqual([
        'create',
        'look_up',
        'look_up',
        'look_up',
      ]);
    });

    test('a refusal gives the next send another key, an unknown outcome never does', async () => {
      await sent(settlement('not_applied', { newKey: true, reason: CLOSED, held: true, attention: true }));
      expect(await stored()).toMatchObject({ keyRevision: 1, held: true, reasonDetail: CLOSED.detail });
      await h.put.posting(id(), { held: false });
      const posting = await readToSend(h, 'a');
      const [again] = await h.deliveries.beginSending(await h.claim(h.ledger), [posting], ALONE, SENT);
      expect(again?.key).toBe(`${id()}r1`);
      await settle({ ...again!, settlement: settlement('outcome_unknown') });
      expect(await stored()).toMatchObject({ keyRevision: 1 });
    });

    test.each(['not_applied', 'refused'] as const)(
      'what the source took back while it was sent ends when it is not in the ledger (%s)',
      async (event) => {
        const over = { reason: CLOSED, held: true, attention: true };
        const after = await sent(settlement(event, over), { wanted: 'void' });
        expect(after).toMatchObject({ state: 'voided', wanted: 'void', held: false, touchedAt: LATER });
        expect(await h.seen.attention(id())).toEqual([]);
      },
    );

    test('what the source took back while nobody knew ends when it was not found, and stays when it was', async () => {
      const [a, b] = await begun('a', 'b');
      for (const one of [a!, b!]) {
        await h.put.posting(one.posting.id, { wanted: 'void' });
        await settle({ ...one, settlement: settlement('outcome_unknown', { reason: GOT_LOST }) });
        expect(await h.seen.posting(one.posting.id)).toMatchObject({ state: 'uncertain', wanted: 'void' });
      }
      const [first, second] = await h.deliveries.toLookUp(h.ledger, 2, LATER + 5);
      await settle(
        { posting: first!, attemptId: null, settlement: settlement('not_found') },
        { posting: second!, attemptId: null, settlement: settlement('found') },
      );
      expect(await stored('a')).toMatchObject({ state: 'voided', touchedAt: LATER });
      expect(await stored('b')).toMatchObject({ state: 'posted', wanted: 'void', touchedAt: null });
    });

    test('an end closes everything that was open about it', async () => {
      const [a] = await begun('a');
      await h.deliveries.hold(await h.claim(h.ledger), [a!.posting], CLOSED, SENT);
      expect(await stored()).toMatchObject({ state: 'sending', held: false });
      await h.put.posting(id(), { wanted: 'void' });
      await settle({ ...a!, settlement: settlement('not_applied') });
      expect(await h.seen.attention(id())).toMatchObject([{ code: CLOSED.code, isOpen: false }]);
    });

    test('a result for a posting that is not there is passed over', async () => {
      const [a] = await begun('a');
      const posting = { ...a!.posting, id: id('nobody') };
      await settle({ posting, attemptId: 'att_nobody' as AttemptId, settlement: settlement('accepted') });
      await settle({ posting, attemptId: 'att_nobody' as AttemptId, settlement: settlement('refused') });
      expect(await stored()).toMatchObject({ state: 'sending' });
    });

    test('whoever lost the connection settles nothing', async () => {
      const lease = await h.claim(h.ledger);
      const [a] = await h.deliveries.beginSending(lease, await planned('a'), ALONE, SENT);
      await h.claim(h.ledger);
      const late = h.deliveries.settle(lease, [{ ...a!, settlement: settlement('accepted') }], LATER);
      await expect(late).rejects.toMatchObject({ code: 'engine.lease_lost' });
      expect(await stored()).toMatchObject({ state: 'sending', fence: lease.fence });
    });
  });
}
