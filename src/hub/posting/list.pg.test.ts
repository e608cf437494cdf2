import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { at, sql, type Tx } from '../../platform/store/index.ts';
import { type PostingList, type PostingQuery, pgPostingList } from './list.pg.ts';

const NOW = Date.UTC(2026, 10, 20);
const ALL: PostingQuery = {
  order: 'newest',
  after: null,
  limit: 200,
  state: null,
  held: null,
  connection: null,
  recipe: null,
  from: null,
  to: null,
  search: null,
};

interface Row {
  readonly id: string;
  readonly on: string;
  readonly recipe?: string;
  readonly state?: string;
  readonly held?: boolean;
  readonly documentId?: string;
}

/** By day and id, so that the order of the list shows: two share a day. */
const ROWS: readonly Row[] = [
  { id: 'pst_a', on: '2026-10-01' },
  { id: 'pst_e', on: '2026-10-02', recipe: 'S4b', state: 'posted', documentId: '145' },
  { id: 'pst_f', on: '2026-10-02', state: 'dead' },
  { id: 'pst_b', on: '2026-10-03', held: true },
  { id: 'pst_c', on: '2026-10-31' },
];

let support: TestDatabase;
let postings: PostingList;

beforeAll(async () => {
  support = await testDatabase();
  postings = pgPostingList(support.database);
  await support.database.tenant(support.tenantId, async (tx) => {
    await addPlace(tx);
    for (const row of ROWS) await addPosting(tx, row);
    await addParts(tx);
  });
});
afterAll(() => support.close());

async function addPlace(tx: Tx): Promise<void> {
  const { tenantId, connectionId } = support;
  await sql`
    insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
    values ('con_ledger', ${tenantId}, 'quickbooks', 'ledger', '9130', 'Acme LLC', 'sandbox', 'UTC', 'active', ${at(NOW)}, ${at(NOW)}, ${at(NOW)})`.execute(
    tx,
  );
  await sql`
    insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, created_at)
    values ('pai_1', ${tenantId}, ${connectionId}, 'con_ledger', '{}', ${at(NOW)})`.execute(tx);
}

async function addPosting(
  tx: Tx,
  { id, on, recipe = 'S1', state = 'planned', held = false, documentId }: Row,
): Promise<void> {
  const { tenantId, connectionId } = support;
  const fact = `fct_${id.slice(4)}`;
  await sql`
    insert into facts (id, tenant_id, connection_id, stream, external_id, kind, object_id, occurred_at, refs, body, body_sha256, state, updated_at)
    values (${fact}, ${tenantId}, ${connectionId}, 'charges', ${id}, 'charge', ${id}, ${at(NOW)}, '{}', '{}', '', 'planned', ${at(NOW)})`.execute(
    tx,
  );
  await sql`
    insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, recipe, kind, state, occurred_on, currency, total_minor,
      document, number, settings_version, reason_code, reason_detail, held, not_before, planned_at, document_id, posted_at)
    values (${id}, ${tenantId}, 'pai_1', ${connectionId}, 'con_ledger', ${fact}, 'receipt', ${recipe}, 'sales_receipt', ${state}, ${on}, 'USD', 9007199254740993,
      '{}', ${`ST-${id}`}, 1, ${held ? 'ledger.closed_period' : null}, ${held ? 'October is closed.' : null}, ${held}, ${at(NOW)}, ${at(NOW)},
      ${documentId ?? null}, ${documentId === undefined ? null : at(NOW)})`.execute(tx);
}

async function addParts(tx: Tx): Promise<void> {
  const { tenantId } = support;
  await sql`
    insert into posting_lines (tenant_id, posting_id, line, role, ledger_id, amount_minor, currency)
    values (${tenantId}, 'pst_e', 0, 'CLR:USD', '35', 1990, 'USD'), (${tenantId}, 'pst_e', 1, 'SALES', null, -1990, 'USD')`.execute(
    tx,
  );
  await sql`insert into posting_legs (tenant_id, leg_id, posting_id) values (${tenantId}, 'leg_2', 'pst_e'), (${tenantId}, 'leg_1', 'pst_e')`.execute(
    tx,
  );
  await sql`insert into posting_needs (tenant_id, posting_id, needs_id) values (${tenantId}, 'pst_e', 'pst_a')`.execute(
    tx,
  );
  await sql`
    insert into attempts (id, tenant_id, posting_id, operation, key, fence, started_at, finished_at, result, error_code, error_detail, provider_status, provider_request_id)
    values ('att_1', ${tenantId}, 'pst_e', 'create', 'pst_e', 1, ${at(NOW)}, ${at(NOW + 5)}, 'outcome_unknown', 'provider.timeout', 'No answer.', null, null),
      ('att_2', ${tenantId}, 'pst_e', 'look_up', null, 1, ${at(NOW + 9)}, null, null, null, null, 200, 'req_1')`.execute(
    tx,
  );
}

async function listed(query: Partial<PostingQuery>): Promise<string[]> {
  return (await postings.list(support.tenantId, { ...ALL, ...query })).items.map(({ id }) => id);
}

const OLDEST_FIRST = ROWS.map(({ id }) => id);

describe('the list of postings', () => {
  test('is by day, then id', async () => {
    expect(await listed({ order: 'oldest' })).toEqual(OLDEST_FIRST);
    expect(await listed({})).toEqual(OLDEST_FIRST.toReversed());
  });

  for (const order of ['newest', 'oldest'] as const) {
    for (const limit of [1, 2, 4]) {
      test(`comes in pages of ${limit}, ${order} first, each posting once, across two of one day`, async () => {
        const seen: string[] = [];
        let after: PostingQuery['after'] = null;
        do {
          const page = await postings.list(support.tenantId, { ...ALL, order, after, limit });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map(({ id }) => id));
          after = page.next;
        } while (after !== null);
        expect(seen).toEqual(order === 'newest' ? OLDEST_FIRST.toReversed() : OLDEST_FIRST);
      });
    }
  }

  test('tells a posting to the minor unit, with its reason and the number of its calls', async () => {
    const { items } = await postings.list(support.tenantId, { ...ALL, from: '2026-10-02', to: '2026-10-03' });
    expect(items[0]).toEqual({
      id: 'pst_b',
      pairId: 'pai_1',
      sourceId: support.connectionId,
      ledgerId: 'con_ledger',
      factId: 'fct_b',
      leg: 'receipt',
      generation: 1,
      recipe: 'S1',
      kind: 'sales_receipt',
      state: 'planned',
      wanted: 'live',
      held: true,
      reason: { code: 'ledger.closed_period', detail: 'October is closed.' },
      on: '2026-10-03',
      total: { minor: 9007199254740993n, currency: 'USD' },
      number: 'ST-pst_b',
      documentId: null,
      adopted: false,
      attempts: 0,
      failures: 0,
      plannedAt: NOW,
      notBefore: NOW,
      firstSentAt: null,
      postedAt: null,
    });
    expect(items[2]).toMatchObject({ id: 'pst_e', attempts: 2, documentId: '145', postedAt: NOW, reason: null });
  });

  const filters: readonly (readonly [string, Partial<PostingQuery>, readonly string[]])[] = [
    ['state', { state: 'dead' }, ['pst_f']],
    ['being held', { held: true }, ['pst_b']],
    ['not being held', { held: false, state: 'planned' }, ['pst_c', 'pst_a']],
    ['recipe', { recipe: 'S4b' }, ['pst_e']],
    ['the first and last day, both included', { from: '2026-10-02', to: '2026-10-03' }, ['pst_b', 'pst_f', 'pst_e']],
    ['the ledger', { connection: 'con_ledger', from: '2026-10-31' }, ['pst_c']],
    ['a connection that has none', { connection: 'con_other' }, []],
    ['its own id', { search: 'pst_f' }, ['pst_f']],
    ['its fact', { search: 'fct_c' }, ['pst_c']],
    ['its number', { search: 'ST-pst_a' }, ['pst_a']],
    ['its document', { search: '145' }, ['pst_e']],
    ['no part of an id, and no pattern', { search: 'pst_%' }, []],
  ];
  for (const [name, query, expected] of filters)
    test(`is filtered by ${name}`, async () => expect(await listed(query)).toEqual(expected));

  test('is filtered by the source', async () => {
    expect(await listed({ connection: support.connectionId })).toHaveLength(ROWS.length);
  });

  test('is empty for another tenant', async () => {
    expect(await postings.list('ten_stranger', ALL)).toEqual({ items: [], next: null });
  });
});

describe('one posting', () => {
  test('has its entry, its calls in their order, its legs and what it needs', async () => {
    expect(await postings.find(support.tenantId, 'pst_e')).toMatchObject({
      id: 'pst_e',
      lines: [
        { role: 'CLR:USD', ledgerId: '35', amount: { minor: 1990n, currency: 'USD' } },
        { role: 'SALES', ledgerId: null, amount: { minor: -1990n, currency: 'USD' } },
      ],
      calls: [
        {
          id: 'att_1',
          operation: 'create',
          key: 'pst_e',
          startedAt: NOW,
          finishedAt: NOW + 5,
          result: 'outcome_unknown',
          errorCode: 'provider.timeout',
        },
        {
          id: 'att_2',
          operation: 'look_up',
          key: null,
          finishedAt: null,
          providerStatus: 200,
          providerRequestId: 'req_1',
        },
      ],
      legs: ['leg_1', 'leg_2'],
      needs: [{ id: 'pst_a', state: 'planned' }],
    });
  });

  test('is not there for another tenant, nor under another id', async () => {
    expect(await postings.find('ten_stranger', 'pst_e')).toBeNull();
    expect(await postings.find(support.tenantId, 'pst_none')).toBeNull();
  });
});
