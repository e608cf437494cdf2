import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { writeJson } from '../../kernel/json.ts';
import { at, sql, type Tx } from '../../platform/store/index.ts';
import { pgReconciliationList, type ReconciliationList, type ReconciliationQuery } from './list.pg.ts';

const NOW = Date.UTC(2026, 10, 20);
const ALL: ReconciliationQuery = {
  order: 'newest',
  after: null,
  limit: 200,
  kind: null,
  from: null,
  to: null,
  agrees: null,
};
const LARGE = 9007199254740993n;

interface Row {
  readonly id: string;
  readonly kind: 'payout' | 'day';
  readonly on: string;
  readonly source: bigint;
  readonly postings?: bigint;
  readonly ledger?: bigint;
  readonly differences?: readonly object[];
}

const ROWS: readonly Row[] = [
  { id: 'rec_b', kind: 'day', on: '2026-10-01', source: LARGE },
  {
    id: 'rec_a',
    kind: 'day',
    on: '2026-10-02',
    source: 500n,
    ledger: 0n,
    differences: [{ kind: 'deleted', minor: '500', subject: 'pst_1', detail: 'Gone.' }],
  },
  { id: 'rec_c', kind: 'payout', on: '2026-10-02', source: 700n },
  // Two that cancel each other out, and entries that the ledger does not have.
  {
    id: 'rec_d',
    kind: 'day',
    on: '2026-10-03',
    source: 0n,
    differences: [
      { kind: 'extra', minor: '-1', subject: '9', detail: '' },
      { kind: 'missing', minor: '1', subject: 'f', detail: '' },
    ],
  },
  { id: 'rec_e', kind: 'payout', on: '2026-10-04', source: 10n, postings: 9n },
];
const OLDEST_FIRST = ROWS.map(({ id }) => id);

let support: TestDatabase;
let reconciliations: ReconciliationList;

beforeAll(async () => {
  support = await testDatabase();
  reconciliations = pgReconciliationList(support.database);
  await support.database.tenant(support.tenantId, async (tx) => {
    await sql`
      insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, created_at)
      values ('pai_1', ${support.tenantId}, ${support.connectionId}, ${support.connectionId}, '{}', ${at(NOW)})`.execute(
      tx,
    );
    for (const row of ROWS) await add(tx, row);
  });
});
afterAll(() => support.close());

async function add(
  tx: Tx,
  { id, kind, on, source, postings = source, ledger = source, differences = [] }: Row,
): Promise<void> {
  await sql`
    insert into reconciliations (id, tenant_id, pair_id, source_connection_id, subject_kind, subject, period, currency, source_minor, postings_minor, ledger_minor, differences, computed_at)
    values (${id}, ${support.tenantId}, 'pai_1', ${support.connectionId}, ${kind}, ${`subject of ${id}`}, ${on}, 'USD', ${source.toString()}, ${postings.toString()}, ${ledger.toString()},
      ${writeJson(differences)}, ${at(NOW)})`.execute(tx);
}

async function listed(query: Partial<ReconciliationQuery>): Promise<string[]> {
  return (await reconciliations.list(support.tenantId, { ...ALL, ...query })).items.map(({ id }) => id);
}

describe('the list of reconciliations', () => {
  for (const order of ['newest', 'oldest'] as const) {
    test(`comes page by page by day, ${order} first, each once`, async () => {
      const seen: string[] = [];
      let after: ReconciliationQuery['after'] = null;
      do {
        const page = await reconciliations.list(support.tenantId, { ...ALL, order, after, limit: 2 });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(order === 'newest' ? OLDEST_FIRST.toReversed() : OLDEST_FIRST);
    });
  }

  test('tells all three totals to the minor unit', async () => {
    const { items } = await reconciliations.list(support.tenantId, { ...ALL, to: '2026-10-01' });
    const total = { minor: LARGE, currency: 'USD' };
    expect(items).toEqual([
      {
        id: 'rec_b',
        pairId: 'pai_1',
        sourceId: support.connectionId,
        kind: 'day',
        subject: 'subject of rec_b',
        on: '2026-10-01',
        source: total,
        postings: total,
        ledger: total,
        agrees: true,
        differences: [],
        computedAt: NOW,
      },
    ]);
  });

  test('names every difference with its amount', async () => {
    const { items } = await reconciliations.list(support.tenantId, {
      ...ALL,
      kind: 'day',
      from: '2026-10-02',
      to: '2026-10-02',
    });
    expect(items).toMatchObject([
      {
        id: 'rec_a',
        agrees: false,
        differences: [{ kind: 'deleted', amount: { minor: 500n, currency: 'USD' }, subject: 'pst_1', detail: 'Gone.' }],
      },
    ]);
  });

  test('agrees only when all three are equal and nothing inside differs', async () => {
    expect(await listed({ agrees: true })).toEqual(['rec_c', 'rec_b']);
    expect(await listed({ agrees: false })).toEqual(['rec_e', 'rec_d', 'rec_a']);
  });

  test('is filtered by kind and by days, both included', async () => {
    expect(await listed({ kind: 'payout' })).toEqual(['rec_e', 'rec_c']);
    expect(await listed({ from: '2026-10-02', to: '2026-10-03' })).toEqual(['rec_d', 'rec_c', 'rec_a']);
  });

  test('is empty for another tenant', async () => {
    expect(await reconciliations.list('ten_stranger', ALL)).toEqual({ items: [], next: null });
  });
});
