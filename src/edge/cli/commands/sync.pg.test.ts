import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { fakeDoors } from '../fixtures/fake-doors.ts';
import { fakeIo } from '../fixtures/fake-io.ts';
import { type CliHub, cliHub, connectedBooks } from '../fixtures/hub-doors.ts';
import { runCli } from '../run-cli.ts';

describe('sync', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks();
  });
  afterAll(() => books.hub.close());
  beforeEach(async () => {
    books.trouble('stripe', 'none');
    await books.query(
      sql`update connections set state = 'active', state_reason = null where state = 'needs_reconnect'`,
    );
    await books.query(sql`update work set due_at = now()`);
    await books.run('sync --quiet');
  });

  test('reads, plans and posts until nothing is due, without a server', async () => {
    const [posted] = await books.query(
      sql<{ count: number }>`select count(*)::int as count from postings where state = 'posted' order by 1`,
    );
    const [open] = await books.query(
      sql<{ count: number }>`select count(*)::int as count from postings where state <> 'posted' order by 1`,
    );
    expect(posted!.count).toBeGreaterThan(100);
    expect(open!.count).toBe(0);
  });

  test('again reads what is new and posts nothing', async () => {
    const ran = await books.run('sync --json');
    expect(ran.exit).toBe(0);
    expect(ran.json()).toMatchObject({
      state: 'finished',
      planned: 0,
      posted: 0,
      alreadyThere: 0,
      stopped: 0,
      stoppedBy: [],
      broken: [],
      needReconnect: [],
    });
  });

  test('as a dry run asks nobody and says so', async () => {
    const before = books.hub.sandbox.log.total();
    const ran = await books.run('sync stripe --dry-run --json');
    const { connections, note } = ran.json();
    expect(note).toContain('No provider was asked');
    expect(connections).toEqual([expect.objectContaining({ provider: 'stripe', factsNew: 0 })]);
    expect(connections[0].streams).toContainEqual(
      expect.objectContaining({ stream: 'balance_transactions', pass: 'news' }),
    );
    expect(books.hub.sandbox.log.total()).toBe(before);
  });

  test('hands the work to a running server and does not wait unasked', async () => {
    const served = { open: async () => ({ ...books.opened, isServed: true }) };
    const ran = await books.run('sync --json', {}, served);
    expect(ran).toMatchObject({ exit: 0 });
    expect(ran.json()).toEqual({ state: 'handed_over' });
    const woken = await books.query(
      sql<{ id: string }>`select distinct connection_id as id from work_wakes order by 1`,
    );
    expect(woken).toHaveLength(3);
  });

  test('ends with 4 when a source refuses the credential', async () => {
    books.trouble('stripe', 'unauthorized');
    const ran = await books.run('sync stripe --json');
    expect(ran.exit).toBe(4);
    expect(ran.json().needReconnect).toEqual([expect.objectContaining({ displayName: 'Acme LLC' })]);
  });

  test('names what there is when a connection is not known', async () => {
    const ran = await books.run('sync xero');
    expect(ran.exit).toBe(2);
    expect(ran.err).toContain('There is no connection xero');
    expect(ran.err).toContain('btcpay, Acme Store');
  });

  test('shows progress on a terminal, and leaves nothing of it', async () => {
    await books.query(sql`update work set due_at = now() - interval '1 second'`);
    const ran = await books.run('sync', { isTTY: true });
    expect(ran.err).toMatch(/Reading|Posting|Finishing/);
    expect(ran.err.endsWith('\r\u001b[2K')).toBe(true);
    expect(ran.out).not.toContain('\u001b[2K');
  });
});

test('sync ends with 6 when items are stopped, with cause and remedy', async () => {
  const books = await connectedBooks({});
  const ran = await books.run('sync --json');
  expect(ran.exit).toBe(6);
  const { stopped, stoppedBy, posted } = ran.json();
  expect(posted).toBeGreaterThan(0);
  expect(stoppedBy).toContainEqual(
    expect.objectContaining({ code: 'posting.tax_unknown', what: 'event', remedy: expect.stringContaining('no tax') }),
  );
  expect(stopped).toBe(stoppedBy.reduce((sum: number, group: { count: number }) => sum + group.count, 0));
  const shown = await books.run('sync');
  expect(shown.out).toContain('counterfoil retry --code posting.tax_unknown');
  await books.hub.close();
});

test.each(['stripe', 'quickbooks'])(
  'sync ends with 7 when %s cannot be reached, after a few tries',
  async (provider) => {
    const books = await connectedBooks();
    books.trouble(provider, 'unreachable');
    const ran = await books.run(`sync ${provider} --json`);
    expect(ran.exit).toBe(7);
    const inTheWay = [...ran.json().broken, ...ran.json().retrying].map(({ code }) => code);
    expect(inTheWay.every((code) => code.startsWith('provider.'))).toBe(true);
    await books.hub.close();
  },
);

test('sync ends with 3 when nothing is connected', async () => {
  const books = await cliHub();
  await books.query(sql`delete from connections`);
  expect(await books.run('sync')).toMatchObject({ exit: 3, err: expect.stringContaining('Nothing is connected yet') });
  await books.hub.close();
});

test('sync stops when it is interrupted, gives back what it holds, and ends with 130', async () => {
  const books = await connectedBooks();
  const terminal = fakeIo();
  const open = async () => {
    terminal.interrupt();
    return books.opened;
  };
  expect(await runCli(['sync'], fakeDoors(terminal, { isSetUp: async () => true, open }))).toBe(130);
  expect(terminal.err()).toContain('Interrupted');
  const held = await books.query(
    sql<{ id: string }>`select connection_id as id from work where owner is not null order by 1`,
  );
  expect(held).toEqual([]);
  await books.hub.close();
});
