import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { type CliHub, connectedBooks } from '../fixtures/hub-doors.ts';

describe('replay', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks();
    // Registers the webhooks; what is delivered then is known already, as after a poll that was faster.
    await books.run('sync --quiet');
    await books.deliverWebhooks();
    await books.run('sync --quiet');
  });
  afterAll(() => books.hub.close());

  const states = () =>
    books.query(
      sql<{
        state: string;
        count: number;
      }>`select state, count(*)::int as count from events group by state order by state`,
    );
  const postings = () =>
    books.query(sql<{ id: string; document: string }>`select id, document_id as document from postings order by id`);

  test('without --yes shows an estimate and changes nothing', async () => {
    const before = await states();
    const ran = await books.run('replay --provider btcpay --json');
    expect(ran.exit).toBe(0);
    const { replayed, estimate } = ran.json();
    expect(replayed).toBe(false);
    expect(estimate.events).toBeGreaterThan(20);
    expect(estimate.objects).toBe(20);
    expect(estimate.entriesPosted).toBeGreaterThan(5);
    expect(estimate.deliveries).toBeGreaterThanOrEqual(estimate.events);
    expect(await states()).toEqual(before);
  });

  test('with --yes reads everything again and posts nothing', async () => {
    const before = await postings();
    const documents = books.hub.sandbox.quickbooks.ledger().documents.length;
    const ran = await books.run(['replay', '--provider', 'btcpay', '--yes', '--reason', 'after an update', '--json']);
    expect(ran.exit).toBe(0);
    const { eventsReopened, work } = ran.json();
    expect(eventsReopened).toBeGreaterThan(20);
    expect(work).toMatchObject({ state: 'finished', planned: 0, posted: 0 });
    expect(work.read).toBeGreaterThanOrEqual(20);
    expect(await postings()).toEqual(before);
    expect(books.hub.sandbox.quickbooks.ledger().documents).toHaveLength(documents);
  });

  test('keeps who asked for it and why', async () => {
    await books.run(['replay', '--since', '2026-01-01', '--yes', '--reason', 'found in the audit']);
    const kept = await books.query(
      sql<{ detail: string }>`select detail from security_events where kind = 'deliveries.replayed' order by at`,
    );
    expect(kept.map(({ detail }) => JSON.parse(detail))).toContainEqual(
      expect.objectContaining({ reason: 'found in the audit', filter: 'since 2026-01-01T00:00:00.000Z' }),
    );
    const audited = await books.query(
      sql<{
        actor: string;
      }>`select actor_kind as actor from audit_entries where action = 'deliveries.replayed' order by seq`,
    );
    expect(audited.at(-1)).toEqual({ actor: 'cli' });
  });

  test('opens a dead delivery again', async () => {
    const [one] = await books.query(sql<{ id: string }>`
      update deliveries set state = 'dead', reason = 'the connector failed on it'
      where id = (select id from deliveries where state = 'done' order by id limit 1) returning id`);
    const estimate = (await books.run('replay --state dead --json')).json().estimate;
    expect(estimate).toMatchObject({ deliveries: 1, deliveriesToOpen: 1 });
    const ran = await books.run('replay --state dead --yes --json');
    expect(ran.json()).toMatchObject({ deliveriesReopened: 1 });
    const [after] = await books.query(
      sql<{
        state: string;
        reason: string | null;
      }>`select state, reason from deliveries where id = ${one!.id} order by id`,
    );
    expect(after).toEqual({ state: 'done', reason: null });
  });

  test('takes single events by id', async () => {
    const [event] = await books.query(
      sql<{ id: string }>`select id from events where state = 'done' order by id limit 1`,
    );
    const ran = await books.run(`replay --id ${event!.id} --json`);
    expect(ran.json().estimate).toMatchObject({ deliveries: 0, events: 1 });
  });

  test('of nothing says so', async () => {
    const ran = await books.run('replay --until 2020-01-01');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('0 deliveries · 0 events') });
  });

  test('refuses a provider that is not known', async () => {
    const ran = await books.run('replay --provider stirpe');
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('must be one of stripe, btcpay, quickbooks') });
  });

  test('hands the work to a running server', async () => {
    const ran = await books.run(
      'replay --provider btcpay --yes --json',
      {},
      { open: async () => ({ ...books.opened, isServed: true }) },
    );
    expect(ran.json().work).toEqual({ state: 'handed_over' });
    await books.run('sync --quiet');
  });
});
