import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import type { Check } from '../doctor/check.ts';
import { type CliHub, cliHub, connectedBooks } from '../fixtures/hub-doors.ts';

describe('doctor', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks({});
    await books.run('sync --quiet');
  });
  afterAll(() => books.hub.close());
  beforeEach(() => books.trouble('stripe', 'none'));

  const look = async () => {
    const ran = await books.run('doctor --json');
    const checks: readonly Check[] = ran.json().checks;
    return { exit: ran.exit, named: (name: string) => checks.filter((check) => check.name === name) };
  };

  test('of a sound installation ends with 0, warnings included', async () => {
    const { exit, named } = await look();
    expect(exit).toBe(0);
    expect(named('database')).toEqual([
      expect.objectContaining({ status: 'ok', detail: expect.stringMatching(/^PostgreSQL 18\.\d+$/) }),
    ]);
    expect(named('isolation')).toEqual([
      {
        name: 'isolation',
        status: 'ok',
        detail: expect.stringMatching(/^counterfoil_app, counterfoil_inbox, counterfoil_engine, counterfoil_access /),
        remedy: null,
      },
    ]);
    expect(named('quickbooks Acme LLC')).toEqual([
      { name: 'quickbooks Acme LLC', status: 'ok', detail: 'answers (active)', remedy: null },
    ]);
    expect(named('stopped')).toEqual([
      expect.objectContaining({ status: 'warn', detail: expect.stringContaining('posting.tax_unknown') }),
    ]);
  });

  test('asks each provider now, not what was true once', async () => {
    books.trouble('stripe', 'unauthorized');
    const { exit, named } = await look();
    expect(exit).toBe(1);
    expect(named('stripe Acme LLC')).toContainEqual(
      expect.objectContaining({
        status: 'fail',
        detail: expect.stringContaining('provider.unauthorized'),
        remedy: expect.stringContaining('counterfoil connect stripe'),
      }),
    );
    const [{ state }] = (await books.query(
      sql<{
        state: string;
      }>`select state from connections where provider = 'stripe' and account_id <> 'acct_test' order by id`,
    )) as [{ state: string }];
    expect(state).toBe('active');
  });

  test('shows each check with what to do', async () => {
    books.trouble('stripe', 'unauthorized');
    const { out } = await books.run('doctor');
    expect(out).toMatch(/^fail {2}stripe Acme LLC: .+\n {6}Run `counterfoil connect stripe`/m);
    expect(out).toMatch(/\d failed, \d warnings?\.\n$/);
  });
});

test('doctor names migrations that are missing, and opens nothing that would apply them', async () => {
  const books = await cliHub();
  const migrations = { status: async () => [{ name: '0007_next', appliedAt: null }], up: async () => [] };
  const open = () => Promise.reject(new Error('must not be opened'));
  const ran = await books.run('doctor --json', {}, { migrations, open });
  expect(ran.exit).toBe(1);
  expect(ran.json().checks).toContainEqual(
    expect.objectContaining({ name: 'migrations', status: 'fail', detail: 'not applied: 0007_next' }),
  );
  await books.hub.close();
});
