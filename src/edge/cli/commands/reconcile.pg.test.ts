import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { type CliHub, cliHub, connectedBooks } from '../fixtures/hub-doors.ts';

describe('reconcile of books that agree', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks();
    await books.run('sync --quiet');
  });
  afterAll(() => books.hub.close());

  test('ends with 0 and shows no row', async () => {
    const ran = await books.run('reconcile --json');
    expect(ran.exit).toBe(0);
    const { agrees, pairs } = ran.json();
    expect(agrees).toBe(true);
    expect(pairs.map((pair: { rows: unknown[] }) => pair.rows)).toEqual([[], []]);
    expect(pairs[0].compared).toBeGreaterThan(20);
    expect(pairs[0].waterfall).toContainEqual({
      step: 'fees',
      source: { amount: expect.stringMatching(/^-\d+\.\d\d$/), currency: 'USD' },
      ledger: expect.objectContaining({ currency: 'USD' }),
      difference: { amount: '0.00', currency: 'USD' },
    });
  });

  test('shows every row when asked to, with money as text', async () => {
    const [pair] = (await books.run('reconcile stripe --all --json')).json().pairs;
    expect(pair.rows).toHaveLength(pair.compared);
    expect(pair.rows[0]).toMatchObject({
      kind: 'payout',
      agrees: true,
      differences: [],
      source: { amount: expect.any(String), currency: 'USD' },
    });
  });

  test('looks at the days asked for alone', async () => {
    const [pair] = (await books.run('reconcile stripe --all --json --from 2026-10-05 --to 2026-10-07')).json().pairs;
    const days = pair.rows.map(({ on }: { on: string }) => on);
    expect(days.every((on: string) => on >= '2026-10-05' && on <= '2026-10-07')).toBe(true);
    expect(days).toContain('2026-10-06');
  });

  test('tells a person that it agrees', async () => {
    const { out } = await books.run('reconcile');
    expect(out).toMatch(/Agrees to the cent: \d+ payouts and \d+ days\./);
  });

  test('waits for the worker that has the ledger', async () => {
    await books.query(
      sql`update work set owner = 'somebody', leased_until = to_timestamp(${(books.hub.doors.clock.now() + 5_000) / 1_000}) from connections c where c.id = work.connection_id and c.role = 'ledger'`,
    );
    expect((await books.run('reconcile btcpay')).exit).toBe(0);
  });

  test('ends with 5 when the ledger is not given back', async () => {
    await books.query(
      sql`update work set owner = 'somebody', leased_until = now() + interval '1 day' from connections c where c.id = work.connection_id and c.role = 'ledger'`,
    );
    const ran = await books.run('reconcile btcpay --json');
    expect(ran.exit).toBe(5);
    expect(ran.json().error).toMatchObject({
      code: 'engine.lease_lost',
      books: expect.stringContaining('not changed'),
    });
    await books.query(sql`update work set owner = null, leased_until = null where owner = 'somebody'`);
  });
});

describe('reconcile after somebody deleted a document', () => {
  test('ends with 8 and names the document, the day and the payout', async () => {
    const books = await connectedBooks();
    await books.run('sync --quiet');
    const [sale] = await books.query(sql<{ id: string; document: string; on: string; minor: bigint }>`
      select id, document_id as document, occurred_on as on, total_minor as minor from postings where kind = 'sales_receipt' and recipe = 'S1' order by occurred_on, id limit 1`);
    books.hub.sandbox.quickbooks.humanDelete('SalesReceipt', sale!.document);

    const ran = await books.run('reconcile stripe --json');
    expect(ran.exit).toBe(8);
    const { agrees, pairs } = ran.json();
    expect(agrees).toBe(false);
    const day = pairs[0].rows.find((row: { kind: string }) => row.kind === 'day');
    expect(day).toMatchObject({
      subject: sale!.on,
      agrees: false,
      differences: [expect.objectContaining({ kind: 'deleted', subject: sale!.id })],
    });
    const amount = `${sale!.minor / 100n}.${String(sale!.minor % 100n).padStart(2, '0')}`;
    expect(day.difference).toEqual({ amount, currency: 'USD' });

    const shown = await books.run('reconcile stripe');
    expect(shown.exit).toBe(8);
    expect(shown.out).toContain('The document is no longer in the ledger.');
    expect(shown.out).toMatch(/Differs in \d of/);

    const verified = await books.run('verify --json');
    expect(verified.exit).toBe(1);
    const broken = verified.json().checks.filter((check: { violations: unknown[] }) => check.violations.length > 0);
    expect(broken).toEqual([
      expect.objectContaining({ invariant: 'I3', violations: [expect.objectContaining({ subject: sale!.id })] }),
    ]);
    await books.hub.close();
  });
});

test('reconcile of nothing ends with 3', async () => {
  const books = await cliHub();
  expect(await books.run('reconcile')).toMatchObject({ exit: 3, err: expect.stringContaining('nothing to compare') });
  await books.hub.close();
});
