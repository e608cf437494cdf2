import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { type CliHub, connectedBooks } from '../fixtures/hub-doors.ts';

describe('verify', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks();
    await books.run('sync --quiet');
  });
  afterAll(() => books.hub.close());

  test('of sound books ends with 0 and names every promise', async () => {
    const ran = await books.run('verify --json');
    expect(ran.exit).toBe(0);
    const { ok, violations, checks } = ran.json();
    expect({ ok, violations }).toEqual({ ok: true, violations: 0 });
    expect([...new Set(checks.map((check: { invariant: string }) => check.invariant))].sort()).toEqual([
      'I3',
      'I4',
      'I5',
      'I6',
      'I7',
    ]);
  });

  test('offline asks no provider', async () => {
    const before = books.hub.sandbox.log.total();
    const ran = await books.run('verify --offline');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('Every promise holds on the stored data.') });
    expect(books.hub.sandbox.log.total()).toBe(before);
  });

  test('names a record that was read and is neither understood nor shown', async () => {
    const [record] = await books.query(sql<{ stream: string; id: string }>`
      update records set normalised = false where (connection_id, stream, external_id) in (select connection_id, stream, external_id from records where stream = 'balance_transactions' order by external_id limit 1)
      returning stream, external_id as id`);
    const ran = await books.run('verify --offline');
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain(`FAIL  I7`);
    expect(ran.out).toContain(`${record!.stream} ${record!.id}`);
    expect(ran.out).toContain('1 violation.');
    await books.query(sql`update records set normalised = true where not normalised`);
  });

  test('names an entry that was sent twice without a look-up between', async () => {
    const [posting] = await books.query(
      sql<{ id: string; tenantId: string }>`select id, tenant_id as "tenantId" from postings order by id limit 1`,
    );
    const { tenantId, id } = posting!;
    await books.query(sql`
      insert into attempts (id, tenant_id, posting_id, operation, fence, started_at, finished_at, result) values
        ('att_1', ${tenantId}, ${id}, 'create', 1, '2026-11-01', '2026-11-01', 'outcome_unknown'),
        ('att_2', ${tenantId}, ${id}, 'create', 1, '2026-11-02', '2026-11-02', 'accepted')`);
    const ran = await books.run('verify --offline --json');
    expect(ran.exit).toBe(1);
    const broken = ran.json().checks.filter((check: { violations: unknown[] }) => check.violations.length > 0);
    expect(broken).toEqual([
      expect.objectContaining({
        invariant: 'I6',
        violations: expect.arrayContaining([expect.objectContaining({ subject: id })]),
      }),
    ]);
    await books.query(sql`update attempts set result = 'not_applied' where id = 'att_1'`);
  });

  test('names an object that is older than the checkpoint and not stored', async () => {
    const [lost] = await books.query(sql<{ id: string }>`
      update records set external_id = external_id || ' lost' where (connection_id, external_id) in (
        select r.connection_id, r.external_id from records r join connections c on c.id = r.connection_id
        where c.provider = 'btcpay' order by r.external_id limit 1)
      returning replace(external_id, ' lost', '') as id`);
    const ran = await books.run('verify');
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain(`invoices ${lost!.id}: It is at the source`);
    await books.query(sql`update records set external_id = replace(external_id, ' lost', '')`);
  });
});
