import { beforeEach, describe, expect, test } from 'vitest';
import type { SettleAttempt } from '../../../src/hub/posting/delivery-store.ts';
import { charge } from '../../../src/hub/posting/plan/fixtures/facts.ts';
import { POSTING_STATES, type Posting } from '../../../src/hub/posting/posting.ts';
import { SETTLED } from '../../../src/hub/posting/verdict.ts';
import type { FactId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import {
  ALONE,
  addFact,
  aPlan,
  COMPANY,
  HOUR_MS,
  INVOICE,
  type MakeHarness,
  NOW,
  type PlanSeed,
  type PostingChange,
  type PostingHarness,
  postingIdOf,
  REMOVAL,
  readToSend,
  save,
} from './posting-harness.ts';

const CLOSED = { code: 'ledger.closed_period', detail: 'The books are closed.' } as const;
/** What every delivery store does beside settling. */
export function describeDeliveryStore(name: string, make: MakeHarness): void {
  describe(`${name}: deliveries`, () => {
    let h: PostingHarness;
    let factId: FactId;
    beforeEach(async () => {
      h = await make();
      factId = await addFact(h, { name: 'a', fact: charge('1.00') });
    });
    const id = (one: string) => postingIdOf(h, one);
    const stored = async (one: string) => (await h.seen.posting(id(one)))!;
    const names = (postings: readonly Posting[]) => postings.map((posting) => posting.id.slice(id('').length));

    /** A planned posting, and then in the condition of `change`. */
    async function add(one: string, change: PostingChange = {}, seed: PlanSeed = {}): Promise<void> {
      expect(await save(h, factId, [aPlan(h, one, seed)])).toEqual(['new']);
      if (Object.keys(change).length > 0) await h.put.posting(id(one), change);
    }

    async function write<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
      return work(await h.claim(h.ledger));
    }

    async function toSend(limit = 10, now = NOW): Promise<string[]> {
      return names(await h.deliveries.toSend(h.ledger, limit, now));
    }

    test('planned ones are sent by day and then by id, when it is time, with their needs posted', async () => {
      await add('d', {}, { on: '2026-03-03' });
      await add('c');
      await add('b', { notBefore: NOW + 1 });
      await add('a', {}, { on: '2026-03-02' });
      await add('held', { held: true });
      await add('void', { wanted: 'void' });
      for (const state of POSTING_STATES)
        if (state !== 'planned') await add(state, { state, firstSentAt: NOW, documentId: state });
      await add('0 of posted', {}, { needs: ['posted'] });
      await add('1 of dead', {}, { needs: ['posted', 'dead'] });
      await add('2 of c', {}, { needs: ['c'] });
      expect(await toSend()).toEqual(['0 of posted', 'c', 'a', 'd']);
      expect(await toSend(10, NOW + 1)).toEqual(['0 of posted', 'b', 'c', 'a', 'd']);
      expect(await toSend(2)).toEqual(['0 of posted', 'c']);
      expect(await h.deliveries.toSend(h.source, 10, NOW)).toEqual([]);
    });

    test('a posting is read as it was planned', async () => {
      const party = { name: 'Acme LLC', email: 'books@acme.example' };
      await add(
        'a',
        { failures: 2, keyRevision: 1, looks: 3, firstSentAt: NOW },
        { party, leg: 'refund', recipe: 'S5' },
      );
      const plan = aPlan(h, 'a');
      expect(await readToSend(h, 'a')).toEqual({
        id: id('a'),
        pairId: h.pair.id,
        sourceId: h.source.id,
        ledgerId: h.ledger.id,
        factId,
        leg: 'refund',
        recipe: 'S5',
        kind: 'sales_receipt',
        state: 'planned',
        wanted: 'live',
        on: '2026-03-01',
        total: plan.total,
        document: plan.document,
        party,
        number: `ST-${id('a').slice(4, 22)}`,
        keyRevision: 1,
        reasonCode: null,
        failures: 2,
        failingSince: null,
        plannedAt: NOW,
        firstSentAt: NOW,
        looks: 3,
        documentId: null,
        batch: null,
      });
    });

    test('uncertain ones are looked up by first send and then by id, when it is time, held or not', async () => {
      const uncertain = { state: 'uncertain', firstSentAt: NOW } as const;
      await add('c', uncertain, { on: '2026-03-02' });
      await add('b', { ...uncertain, held: true, wanted: 'void' });
      await add('a', { ...uncertain, notBefore: NOW + 1 });
      await add('planned');
      const toLookUp = async (limit: number, now: number) => names(await h.deliveries.toLookUp(h.ledger, limit, now));
      expect(await toLookUp(10, NOW)).toEqual(['b', 'c']);
      expect(await toLookUp(2, NOW + 1)).toEqual(['a', 'b']);
    });

    test('uncertain ones of a batch are looked up together, as soon as one of them is due', async () => {
      const sent = { state: 'uncertain', firstSentAt: NOW } as const;
      await add('d', { ...sent, batch: 'bat_1' });
      await add('b', { ...sent, batch: 'bat_1', notBefore: NOW + 1 });
      await add('a', { ...sent, batch: 'bat_2', notBefore: NOW + 1 });
      await add('c', sent);
      await add('early', { ...sent, firstSentAt: NOW - 1 });
      await add('posted', { state: 'posted', documentId: '1', batch: 'bat_1' });
      const toLookUp = async (limit: number, now: number) => names(await h.deliveries.toLookUp(h.ledger, limit, now));
      expect(await toLookUp(10, NOW)).toEqual(['early', 'c', 'b', 'd']);
      expect(await toLookUp(10, NOW + 1)).toEqual(['early', 'c', 'b', 'd', 'a']);
      expect(await toLookUp(3, NOW)).toEqual(['early', 'c', 'b']);
    });

    test('planned ones of an open batch are not sent with others; their batches are read whole when one of them is due', async () => {
      await add('b', { batch: 'bat_1', firstSentAt: NOW });
      await add('a', { batch: 'bat_1', firstSentAt: NOW, notBefore: NOW + 1 });
      await add('c', { batch: 'bat_1', state: 'posted', documentId: '1' });
      await add('d', { batch: 'bat_2', notBefore: NOW + 1 });
      await add('e', { batch: 'bat_3', state: 'uncertain', firstSentAt: NOW });
      await add('f');
      expect(await toSend()).toEqual(['f']);
      const again = await h.deliveries.toSendAgain(h.ledger, NOW);
      expect(names(again)).toEqual(['a', 'b', 'c']);
      expect(again.map(({ batch, state }) => `${batch} ${state}`)).toEqual([
        'bat_1 planned',
        'bat_1 planned',
        'bat_1 posted',
      ]);
      expect(names(await h.deliveries.toSendAgain(h.ledger, NOW + 1))).toEqual(['a', 'b', 'c', 'd']);
      expect(await h.deliveries.toSendAgain(h.source, NOW + 1)).toEqual([]);
      expect(await h.deliveries.nextDue(h.ledger, NOW)).toBe(NOW);
    });

    test('a call remembers the batch in which it goes, and one that goes alone forgets it', async () => {
      await add('a');
      await add('b');
      const lease = await h.claim(h.ledger);
      const together = { operation: 'create', batch: 'bat_1' } as const;
      const [a, b] = await h.deliveries.toSend(h.ledger, 2, NOW);
      await h.deliveries.beginSending(lease, [a!, b!], together, NOW + 1);
      expect([await stored('a'), await stored('b')]).toMatchObject([{ batch: 'bat_1' }, { batch: 'bat_1' }]);
      await h.put.posting(id('a'), { state: 'planned' });
      await h.deliveries.beginSending(lease, [a!], ALONE, NOW + 2);
      expect(await stored('a')).toMatchObject({ state: 'sending', batch: null });
    });

    test('posted ones that are not wanted any more are removed by day and then by id, unless held', async () => {
      const unwanted = (documentId: string) => ({ state: 'posted', wanted: 'void', documentId }) as const;
      await add('c', unwanted('1'), { on: '2026-03-02' });
      await add('b', unwanted('2'));
      await add('a', { ...unwanted('3'), notBefore: NOW + 1 });
      await add('held', { ...unwanted('4'), held: true });
      await add('live', { state: 'posted', documentId: '5' });
      const toRemove = async (limit: number, now: number) => names(await h.deliveries.toRemove(h.ledger, limit, now));
      expect(await toRemove(10, NOW)).toEqual(['b', 'c']);
      expect(await toRemove(1, NOW + 1)).toEqual(['a']);
    });

    test('a call begins with an attempt on record, for what may still be sent', async () => {
      await add('a', { keyRevision: 2, reasonCode: 'ledger.refused' });
      await add('b', { firstSentAt: NOW - HOUR_MS });
      await add('held');
      await add('void');
      await add('sending');
      const postings = await Promise.all(['sending', 'b', 'held', 'a', 'void'].map((one) => readToSend(h, one)));
      await h.put.posting(id('held'), { held: true });
      await h.put.posting(id('void'), { wanted: 'void' });
      await h.put.posting(id('sending'), { state: 'sending', firstSentAt: NOW });
      const lease = await h.claim(h.ledger);
      const begun = await h.deliveries.beginSending(lease, postings, ALONE, NOW + 1);
      expect(begun.map(({ posting, key }) => [posting.id, key])).toEqual([
        [id('b'), id('b')],
        [id('a'), `${id('a')}r2`],
      ]);
      const change = { state: 'sending', fence: lease.fence, sentAt: NOW + 1, reasonCode: null };
      expect(await stored('a')).toMatchObject({ ...change, firstSentAt: NOW + 1 });
      expect(await stored('b')).toMatchObject({ ...change, firstSentAt: NOW - HOUR_MS });
      expect(await h.seen.attempts(id('a'))).toEqual([
        {
          id: begun[1]!.attemptId,
          tenantId: h.tenantId,
          postingId: id('a'),
          operation: 'create',
          key: `${id('a')}r2`,
          fence: lease.fence,
          startedAt: NOW + 1,
          finishedAt: null,
          result: null,
          errorCode: null,
          errorDetail: null,
        },
      ]);
      for (const one of ['held', 'void', 'sending']) expect(await h.seen.attempts(id(one))).toEqual([]);
      expect(await h.deliveries.beginSending(lease, postings, ALONE, NOW + 2)).toEqual([]);
    });

    test('a removal begins with an attempt, too, and ends with the document', async () => {
      await add('a', { state: 'posted', documentId: '1' });
      await write((lease) => h.deliveries.hold(lease, [fake('a')], CLOSED, NOW));
      await h.put.posting(id('a'), { wanted: 'void' });
      const [sending] = await write((lease) => h.deliveries.beginSending(lease, [fake('a')], REMOVAL, NOW + 1));
      expect(sending?.key).toBe(`${id('a')}v`);
      expect(await stored('a')).toMatchObject({ state: 'posted', firstSentAt: null, sentAt: null });
      await write((lease) => h.deliveries.removed(lease, fake('a'), sending!.attemptId, NOW + 2));
      expect(await h.seen.attempts(id('a'))).toMatchObject([
        { operation: 'void', key: `${id('a')}v`, finishedAt: NOW + 2, result: 'removed' },
      ]);
      expect(await stored('a')).toMatchObject({ state: 'voided', held: false, documentId: '1', touchedAt: NOW + 2 });
      expect(await h.seen.attention(id('a'))).toMatchObject([{ code: CLOSED.code, isOpen: false }]);
    });

    test('the attempt of a removal that failed ends with what became of it', async () => {
      await add('a', { state: 'posted', wanted: 'void', documentId: '1' });
      const [sending] = await write((lease) => h.deliveries.beginSending(lease, [fake('a')], REMOVAL, NOW + 1));
      const error = { code: 'provider.unavailable', detail: 'It is away.' } as const;
      await write((lease) =>
        h.deliveries.removalFailed(lease, sending!.attemptId, { event: 'outcome_unknown', reason: error }, NOW + 2),
      );
      expect(await h.seen.attempts(id('a'))).toMatchObject([
        {
          operation: 'void',
          finishedAt: NOW + 2,
          result: 'outcome_unknown',
          errorCode: error.code,
          errorDetail: error.detail,
        },
      ]);
      expect(await stored('a')).toMatchObject({ state: 'posted', wanted: 'void' });
    });

    /** What delivery read before: of a stored posting only the id counts. */
    function fake(one: string, over: Partial<Posting> = {}): Posting {
      const { id: postingId, document, party, total, leg, recipe } = aPlan(h, one);
      return {
        id: postingId,
        pairId: h.pair.id,
        sourceId: h.source.id,
        ledgerId: h.ledger.id,
        factId,
        leg,
        recipe,
        kind: document.kind,
        state: 'posted',
        wanted: 'void',
        on: document.on,
        total,
        document,
        party,
        number: '',
        keyRevision: 0,
        reasonCode: null,
        failures: 0,
        failingSince: null,
        plannedAt: NOW,
        firstSentAt: NOW,
        looks: 0,
        documentId: '1',
        batch: null,
        ...over,
      };
    }

    test('an entry that was removed for another total stays shown', async () => {
      await add('a', { state: 'posted', documentId: '1' });
      await write((lease) => h.deliveries.hold(lease, [fake('a')], CLOSED, NOW));
      const wrong = fake('a', { reasonCode: 'ledger.total_differs' });
      await write((lease) => h.deliveries.removed(lease, wrong, null, NOW + 2));
      expect(await stored('a')).toMatchObject({ state: 'voided' });
      expect(await h.seen.attention(id('a'))).toMatchObject([{ code: CLOSED.code, isOpen: true }]);
    });

    test.each([...POSTING_STATES])('removed, postponed and held do to %s what its state allows', async (state) => {
      await add('a', { state, documentId: '1', firstSentAt: NOW });
      await write((lease) => h.deliveries.postpone(lease, fake('a'), NOW + 9));
      const isPosted = state === 'posted';
      expect(await stored('a')).toMatchObject({
        state,
        notBefore: isPosted ? NOW + 9 : NOW,
        failures: isPosted ? 1 : 0,
      });
      await write((lease) => h.deliveries.hold(lease, [fake('a')], CLOSED, NOW));
      const isHeld = isPosted || state === 'planned';
      expect(await stored('a')).toMatchObject({ held: isHeld, reasonCode: isHeld ? CLOSED.code : null });
      expect(await h.seen.attention(id('a'))).toEqual([{ ...CLOSED, connectionId: h.source.id, isOpen: true }]);
      await write((lease) => h.deliveries.removed(lease, fake('a'), null, NOW + 2));
      const isRemoved = ['planned', 'posted', 'dead', 'voided'].includes(state);
      expect(await stored('a')).toMatchObject(
        isRemoved ? { state: 'voided', held: false, touchedAt: NOW + 2 } : { state, touchedAt: null },
      );
    });

    test('calls of an earlier worker that never ended are uncertain; our own are under way', async () => {
      for (const one of ['a', 'b', 'c']) await add(one);
      const [old, own] = [await h.claim(h.ledger), await h.claim(h.ledger)];
      const sending = { state: 'sending', firstSentAt: NOW } as const;
      await h.put.posting(id('a'), { ...sending, fence: old.fence });
      await h.put.posting(id('b'), { ...sending, fence: own.fence });
      expect(await h.deliveries.recover(own, NOW + 5)).toBe(1);
      expect(await stored('a')).toMatchObject({
        state: 'uncertain',
        notBefore: NOW + 5,
        reasonCode: 'engine.lease_lost',
        reasonDetail: 'The worker ended while the call was under way.',
      });
      expect(await stored('b')).toMatchObject({ state: 'sending', reasonCode: null });
      expect(await h.deliveries.recover(own, NOW + 6)).toBe(0);
    });

    test('what was looked for in an earlier turn and not sent is uncertain again: a call of before may have landed', async () => {
      await add('a', { firstSentAt: NOW, looks: 1 });
      await add('later', { firstSentAt: NOW, looks: 1, notBefore: NOW + 60 });
      await add('held', { firstSentAt: NOW, looks: 1, held: true });
      await add('new');
      expect(await write((lease) => h.deliveries.recover(lease, NOW + 5))).toBe(0);
      expect(await stored('a')).toMatchObject({ state: 'uncertain', notBefore: NOW + 5 });
      expect(await stored('later')).toMatchObject({ state: 'uncertain', notBefore: NOW + 60 });
      for (const one of ['held', 'new']) expect(await stored(one)).toMatchObject({ state: 'planned', notBefore: NOW });
    });

    test('document ids are those of postings that have one, whatever their state', async () => {
      await add('b', { state: 'voided', documentId: '2' });
      await add('a', { state: 'posted', documentId: '1' });
      await add('c');
      const ids = await h.deliveries.documentIds(h.ledger, ['c', 'b', 'nobody', 'a', 'b'].map(id));
      expect([...ids]).toEqual([
        [id('a'), '1'],
        [id('b'), '2'],
      ]);
    });

    test('the next thing to do is the earliest of what may be done, at once when it is overdue', async () => {
      const due = (now = NOW) => h.deliveries.nextDue(h.ledger, now);
      expect(await due()).toBeNull();
      await add('held', { held: true });
      await add('of held', {}, { needs: ['held'] });
      await add('live', { state: 'posted', documentId: '1' });
      await add('taken back', { wanted: 'void' });
      await add('kept', { state: 'posted', wanted: 'void', held: true, documentId: '2' });
      expect(await due()).toBeNull();
      await add('removal', { state: 'posted', wanted: 'void', documentId: '3', notBefore: NOW + 30 });
      expect(await due()).toBe(NOW + 30);
      await add('look', { state: 'uncertain', firstSentAt: NOW, notBefore: NOW + 20, held: true });
      expect(await due()).toBe(NOW + 20);
      await add('send', { notBefore: NOW + 10 });
      expect(await due()).toBe(NOW + 10);
      expect(await due(NOW + 15)).toBe(NOW + 15);
      expect(await h.deliveries.nextDue(h.source, NOW)).toBeNull();
    });

    test('a lease holds until somebody else takes the connection', async () => {
      const lease = await h.claim(h.ledger);
      expect(await h.deliveries.isHeld(lease)).toBe(true);
      await h.claim(h.source);
      expect(await h.deliveries.isHeld(lease)).toBe(true);
      const next = await h.claim(h.ledger);
      expect([await h.deliveries.isHeld(lease), await h.deliveries.isHeld(next)]).toEqual([false, true]);
    });

    const WRITES: Readonly<Record<string, (lease: Lease) => Promise<unknown>>> = {
      recover: (lease) => h.deliveries.recover(lease, NOW),
      saveCompany: (lease) => h.deliveries.saveCompany(lease, COMPANY, NOW),
      beginSending: (lease) => h.deliveries.beginSending(lease, [fake('a')], ALONE, NOW),
      settle: (lease) => h.deliveries.settle(lease, [refused()], NOW),
      removed: (lease) => h.deliveries.removed(lease, fake('a'), null, NOW),
      removalFailed: (lease) =>
        h.deliveries.removalFailed(lease, 'att_x', { event: 'not_applied', reason: CLOSED }, NOW),
      postpone: (lease) => h.deliveries.postpone(lease, fake('a'), NOW + 1),
      hold: (lease) => h.deliveries.hold(lease, [fake('a')], CLOSED, NOW),
      saveName: (lease) => h.deliveries.saveName(lease, 'customer', 'Acme LLC', '1'),
      saveNumber: (lease) => h.deliveries.saveNumber(lease, 'a', INVOICE, NOW),
      takeEvents: (lease) => h.deliveries.takeEvents(lease, () => [], NOW),
    };

    function refused(): SettleAttempt {
      return { posting: fake('a'), attemptId: null, settlement: { ...SETTLED, event: 'not_applied', notBefore: NOW } };
    }

    test.each(Object.keys(WRITES))('whoever lost the connection writes nothing: %s', async (verb) => {
      await add('a');
      const before = await stored('a');
      const lost = await h.claim(h.ledger);
      await h.claim(h.ledger);
      await expect(WRITES[verb]!(lost)).rejects.toMatchObject({ code: 'engine.lease_lost' });
      expect(await stored('a')).toEqual(before);
      expect(await h.seen.attempts(id('a'))).toEqual([]);
      expect(await h.seen.attention(id('a'))).toEqual([]);
    });
  });
}
