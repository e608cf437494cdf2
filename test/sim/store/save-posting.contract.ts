import { beforeEach, describe, expect, test } from 'vitest';
import { posting as postingFixture } from '../../../src/hub/posting/fixtures/posting.ts';
import { charge } from '../../../src/hub/posting/plan/fixtures/facts.ts';
import type { PlannedPosting } from '../../../src/hub/posting/plan/index.ts';
import { writeDocument } from '../../../src/hub/posting/posting.ts';
import type { FactId } from '../../../src/kernel/ids.ts';
import {
  addFact,
  aPlan,
  type MakeHarness,
  NOW,
  type PostingHarness,
  postingIdOf,
  save,
  usd,
} from './posting-harness.ts';

const HELD = { code: 'ledger.closed_period', detail: 'The books are closed.' } as const;
const SEEN = { code: 'posting.unknown_category', detail: 'Somebody should look.' } as const;
const LATER = NOW + 1_000;

/** What every outbox store does with one planned posting. */
export function describeSavedPostings(name: string, make: MakeHarness): void {
  describe(`${name}: saving postings`, () => {
    let h: PostingHarness;
    let factId: FactId;
    beforeEach(async () => {
      h = await make();
      factId = await addFact(h, { name: 'a', fact: charge('108.25') });
    });
    const id = () => postingIdOf(h, 'a');
    const a = (seed: Parameters<typeof aPlan>[2] = {}) => aPlan(h, 'a', seed);

    test('a new one is planned with its entry, legs and needs', async () => {
      expect(
        await save(h, factId, [aPlan(h, 'b'), a({ needs: ['b', 'b'], covers: ['leg_z', 'leg_y'].map(own) })]),
      ).toEqual(['new', 'new']);
      expect(await h.seen.posting(id())).toEqual({
        id: id(),
        tenantId: h.tenantId,
        pairId: h.pair.id,
        sourceId: h.source.id,
        ledgerId: h.ledger.id,
        factId,
        leg: 'receipt',
        generation: 1,
        recipe: 'S1',
        kind: 'sales_receipt',
        state: 'planned',
        wanted: 'live',
        on: '2026-03-01',
        total: usd(10_825n),
        document: writeDocument(a().document, null),
        number: `ST-${id().slice(4, 22)}`,
        keyRevision: 0,
        settingsVersion: 3,
        reasonCode: null,
        reasonDetail: null,
        held: false,
        notBefore: NOW,
        failures: 0,
        failingSince: null,
        plannedAt: NOW,
        firstSentAt: null,
        sentAt: null,
        fence: null,
        looks: 0,
        documentId: null,
        documentVersion: null,
        adopted: false,
        batch: null,
        postedAt: null,
        touchedAt: null,
      });
      expect(await h.seen.lines(id())).toEqual([
        { postingId: id(), line: 0, role: 'CLR:USD', amountMinor: 10_825n, currency: 'USD' },
        { postingId: id(), line: 1, role: 'SALES', amountMinor: -10_825n, currency: 'USD' },
      ]);
      expect(await h.seen.legs(id())).toEqual(['leg_y', 'leg_z'].map(own));
      expect(await h.seen.needs(id())).toEqual([postingIdOf(h, 'b')]);
    });

    function own(leg: string): string {
      return `${leg}_${h.tenantId}`;
    }

    test('the same plan again replaces what was never sent', async () => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { failures: 2, notBefore: LATER + 5, keyRevision: 1 });
      expect(await save(h, factId, [a({ memo: 'Other words' })], LATER)).toEqual(['replanned']);
      const row = await h.seen.posting(id());
      expect(row).toMatchObject({ state: 'planned', failures: 0, notBefore: LATER, keyRevision: 1, plannedAt: NOW });
      expect(row?.document).toBe(writeDocument(a({ memo: 'Other words' }).document, null));
    });

    test('the same entry is left alone once it was sent, whatever became of it', async () => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { firstSentAt: NOW, documentId: '1' });
      for (const state of ['planned', 'sending', 'uncertain', 'posted', 'dead'] as const) {
        await h.put.posting(id(), { state });
        const before = await h.seen.posting(id());
        expect(await save(h, factId, [a({ memo: 'Other words' })], LATER)).toEqual(['already_there']);
        expect(await h.seen.posting(id())).toEqual(before);
      }
      expect(await h.seen.attention(id())).toEqual([]);
    });

    test('another entry replaces one that is in no ledger, with new lines and needs', async () => {
      await save(h, factId, [aPlan(h, 'b'), aPlan(h, 'c'), a({ needs: ['b'] })]);
      for (const state of ['planned', 'dead'] as const) {
        await h.put.posting(id(), { state, firstSentAt: NOW, keyRevision: 2 });
        const cents = state === 'planned' ? 500n : 700n;
        expect(await save(h, factId, [a({ cents, needs: ['c'], recipe: 'S3', on: '2026-03-04' })])).toEqual([
          'replanned',
        ]);
        expect(await h.seen.posting(id())).toMatchObject({
          state: 'planned',
          recipe: 'S3',
          on: '2026-03-04',
          total: usd(cents),
          firstSentAt: NOW,
          keyRevision: 2,
        });
        expect((await h.seen.lines(id())).map(({ amountMinor }) => amountMinor)).toEqual([cents, -cents]);
        expect(await h.seen.needs(id())).toEqual([postingIdOf(h, 'c')]);
      }
    });

    test('a replaced plan covers its new legs, too', async () => {
      await save(h, factId, [a({ covers: [own('leg_1')] })]);
      expect(await save(h, factId, [a({ covers: [own('leg_1'), own('leg_2')] })])).toEqual(['replanned']);
      expect(await h.seen.legs(id())).toEqual([own('leg_1'), own('leg_2')]);
    });

    test('a replaced plan releases the legs that it does not book any more', async () => {
      await save(h, factId, [a({ covers: [own('leg_1'), own('leg_2')] })]);
      expect(await save(h, factId, [a({ cents: 500n, covers: [own('leg_2')] })])).toEqual(['replanned']);
      expect(await h.seen.legs(id())).toEqual([own('leg_2')]);
      expect(await save(h, factId, [aPlan(h, 'b', { covers: [own('leg_1')] })])).toEqual(['new']);
    });

    test.each(['same', 'another'])('the %s entry waits while the one that is there is being removed', async (which) => {
      await save(h, factId, [a()]);
      for (const state of ['sending', 'uncertain', 'posted'] as const) {
        await h.put.posting(id(), { state, wanted: 'void', firstSentAt: NOW, documentId: '1' });
        const before = await h.seen.posting(id());
        expect(await save(h, factId, [a(which === 'same' ? {} : { cents: 500n })])).toEqual(['busy']);
        expect(await h.seen.posting(id())).toEqual(before);
      }
      expect(await h.seen.attention(id())).toEqual([]);
    });

    test.each(['voided', 'superseded'] as const)('under the id of what was %s nothing is planned', async (state) => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { state, wanted: 'void' });
      const before = await h.seen.posting(id());
      expect(await save(h, factId, [a(), a({ cents: 500n })])).toEqual(['undone', 'undone']);
      expect(await h.seen.posting(id())).toEqual(before);
      expect(await h.seen.attention(id())).toEqual([]);
    });

    const second = (seed: Parameters<typeof aPlan>[2] = {}) =>
      aPlan(h, 'a2', { generation: 2, replaces: id(), covers: [`leg_${id()}`], ...seed });

    test('the next generation takes the legs and the place of what was voided', async () => {
      await save(h, factId, [a({ held: HELD })]);
      await h.put.posting(id(), { state: 'voided', wanted: 'void' });
      const next = postingIdOf(h, 'a2');
      expect(await save(h, factId, [second()], LATER)).toEqual(['new']);
      expect(await h.seen.posting(next)).toMatchObject({ state: 'planned', generation: 2, plannedAt: LATER });
      expect((await h.seen.posting(next))?.number).toBe(`ST-${next.slice(4, 22)}`);
      expect(await h.seen.legs(next)).toEqual([`leg_${id()}`]);
      expect(await h.seen.legs(id())).toEqual([]);
      expect(await h.seen.posting(id())).toMatchObject({ state: 'superseded', generation: 1 });
      expect(await h.seen.attention(id())).toMatchObject([{ ...HELD, isOpen: false }]);
      expect(await save(h, factId, [a(), second()])).toEqual(['undone', 'replanned']);
    });

    test('what waits for a voided posting waits for the next generation, and refers to it', async () => {
      const before = ['planned', 'sending', 'uncertain', 'dead', 'posted'] as const;
      const tied = before.map((state) => aPlan(h, state, { document: tie(id()), needs: ['a'] }));
      await save(h, factId, [a(), ...tied]);
      for (const state of before)
        await h.put.posting(postingIdOf(h, state), { state, firstSentAt: NOW, documentId: state });
      await h.put.posting(id(), { state: 'voided', wanted: 'void' });
      await save(h, factId, [second()]);
      for (const state of before) {
        const meant = state === 'posted' ? id() : postingIdOf(h, 'a2');
        expect(await h.seen.needs(postingIdOf(h, state))).toEqual([meant]);
        expect((await h.seen.posting(postingIdOf(h, state)))?.document).toBe(writeDocument(tie(meant), null));
      }
    });

    test('two that plan the next generation at once make one posting', async () => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { state: 'voided', wanted: 'void' });
      const lease = await h.claim(h.source);
      const plan = { pair: h.pair, factId, provider: 'stripe', posting: second(), now: NOW };
      const saved = await Promise.all([1, 2].map(() => h.outbox.transaction(lease, (tx) => tx.save(plan))));
      expect(saved.filter((one) => one === 'new')).toHaveLength(1);
      expect(['busy', 'replanned']).toContain(saved.find((one) => one !== 'new'));
      expect(await h.seen.legs(postingIdOf(h, 'a2'))).toEqual([`leg_${id()}`]);
      expect(await h.seen.lines(postingIdOf(h, 'a2'))).toHaveLength(2);
    });

    test('a leg of a voided posting is free for any other', async () => {
      await save(h, factId, [aPlan(h, 'summary', { covers: [own('leg_1'), own('leg_2')] })]);
      await save(h, factId, [aPlan(h, 'b', { covers: [own('leg_3')] })]);
      await h.put.posting(postingIdOf(h, 'summary'), { state: 'voided', wanted: 'void' });
      expect(await save(h, factId, [a({ covers: [own('leg_1')] })])).toEqual(['new']);
      expect(await h.seen.legs(id())).toEqual([own('leg_1')]);
      expect(await save(h, factId, [aPlan(h, 'b', { covers: [own('leg_2'), own('leg_3')] })])).toEqual(['replanned']);
      expect(await h.seen.legs(postingIdOf(h, 'b'))).toEqual([own('leg_2'), own('leg_3')]);
      expect(await h.seen.legs(postingIdOf(h, 'summary'))).toEqual([]);
    });

    test('another entry waits while a call is under way', async () => {
      await save(h, factId, [a()]);
      for (const state of ['sending', 'uncertain'] as const) {
        await h.put.posting(id(), { state, firstSentAt: NOW });
        const before = await h.seen.posting(id());
        expect(await save(h, factId, [a({ cents: 500n })])).toEqual(['busy']);
        expect(await h.seen.posting(id())).toEqual(before);
      }
    });

    test('another entry than the one in the ledger is shown to a person, and changes nothing', async () => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { state: 'posted', documentId: '1' });
      const before = await h.seen.posting(id());
      expect(await save(h, factId, [a({ cents: 500n, on: '2026-03-05' })])).toEqual(['differs']);
      expect(await h.seen.posting(id())).toEqual(before);
      expect(await h.seen.attention(id())).toEqual([
        {
          code: 'posting.changed_after_posting',
          detail:
            'The ledger has a sales_receipt of 108.25 USD on 2026-03-01; the source now makes it a sales_receipt of 5.00 USD on 2026-03-05. The ledger was not changed.',
          connectionId: h.source.id,
          isOpen: true,
        },
      ]);
    });

    test.each([
      ['day', { on: '2026-03-02' }],
      ['kind', { document: refundReceipt() }],
      ['role', { entry: [line('CLR:USD', 10_825n), line('SUSPENSE', -10_825n)] }],
      ['order of lines', { entry: [line('SALES', -10_825n), line('CLR:USD', 10_825n)] }],
      ['currency', { entry: [line('CLR:USD', 10_825n, 'EUR'), line('SALES', -10_825n, 'EUR')] }],
    ])('an entry is another one with another %s', async (_, seed) => {
      await save(h, factId, [a()]);
      await h.put.posting(id(), { state: 'posted', documentId: '1' });
      expect(await save(h, factId, [a(seed)])).toEqual(['differs']);
    });

    test('a leg that another posting stands for gets none of its own', async () => {
      await save(h, factId, [aPlan(h, 'summary', { covers: [own('leg_1'), own('leg_2')] })]);
      expect(await save(h, factId, [a({ covers: [own('leg_0'), own('leg_2')], held: HELD })])).toEqual([
        'already_there',
      ]);
      expect(await h.seen.posting(id())).toBeNull();
      expect(await h.seen.lines(id())).toEqual([]);
      expect(await h.seen.legs(id())).toEqual([]);
      expect(await h.seen.attention(id())).toEqual([]);
    });

    test('a held plan says why and is shown; one to be seen afterwards is shown and not held', async () => {
      await save(h, factId, [a({ held: HELD, attention: SEEN }), aPlan(h, 'b', { attention: SEEN })]);
      expect(await h.seen.posting(id())).toMatchObject({
        held: true,
        reasonCode: HELD.code,
        reasonDetail: HELD.detail,
      });
      expect(await h.seen.posting(postingIdOf(h, 'b'))).toMatchObject({ held: false, reasonCode: null });
      const shown = { connectionId: h.source.id, isOpen: true };
      expect(await h.seen.attention(id())).toEqual([{ ...HELD, ...shown }]);
      expect(await h.seen.attention(postingIdOf(h, 'b'))).toEqual([{ ...SEEN, ...shown }]);
      expect(await save(h, factId, [a()])).toEqual(['replanned']);
      expect(await h.seen.posting(id())).toMatchObject({ held: false, reasonCode: null, reasonDetail: null });
    });

    test.each([
      ['in its currency', [line('CLR:USD', 100n), line('SALES', -99n)]],
      ['in each currency', [line('CLR:USD', 100n), line('SALES', -100n, 'EUR')]],
    ])('an entry that does not balance %s undoes the whole transaction', async (_, entry) => {
      await expect(save(h, factId, [aPlan(h, 'b'), a({ entry })])).rejects.toThrow(/does not balance/);
      expect(await h.seen.posting(postingIdOf(h, 'b'))).toBeNull();
      expect(await h.seen.legs(id())).toEqual([]);
    });

    test('an entry has to balance when the transaction ends, not before', async () => {
      expect(await save(h, factId, [a({ entry: [line('CLR:USD', 100n)] }), a()])).toEqual(['new', 'replanned']);
      expect(await h.seen.lines(id())).toHaveLength(2);
    });

    test('a replacement that does not balance leaves the old entry', async () => {
      await save(h, factId, [a()]);
      await expect(save(h, factId, [a({ entry: [line('CLR:USD', 1n)] })])).rejects.toThrow(/does not balance/);
      expect(await h.seen.lines(id())).toHaveLength(2);
      expect(await h.seen.posting(id())).toMatchObject({ total: usd(10_825n) });
    });

    test('what refers to nothing is refused', async () => {
      await expect(save(h, factId, [a({ needs: ['nobody'] })])).rejects.toThrow(/posting_needs_needs_id_fkey/);
      await expect(save(h, `fct_${h.tenantId}_nobody`, [a()])).rejects.toThrow(/postings_fact_id_fkey/);
      expect(await h.seen.posting(id())).toBeNull();
    });

    test('a leg is covered once', async () => {
      await expect(save(h, factId, [a({ covers: [own('leg_1'), own('leg_1')] })])).rejects.toThrow(/posting_legs/);
    });
  });
}

function line(role: 'CLR:USD' | 'SALES' | 'SUSPENSE', minor: bigint, currency = 'USD') {
  return { role, amount: { minor, currency } };
}

function tie(postingId: string): PlannedPosting['document'] {
  const { on, currency, memo } = postingFixture().document;
  const applies = [{ document: { kind: 'invoice' as const, postingId }, amount: usd(1n) }];
  return { kind: 'credit_application', on, currency, memo, customerId: '', applies };
}

function refundReceipt(): PlannedPosting['document'] {
  const { document } = postingFixture();
  return { ...document, kind: 'refund_receipt' } as Extract<PlannedPosting['document'], { kind: 'refund_receipt' }>;
}
