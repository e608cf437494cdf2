import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { idMaker, type TenantId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { asOwner, sql, type Tx } from '../../platform/store/index.ts';
import { type AuditLog, pgAuditLog } from './audit-log.pg.ts';
import { recordChange } from './record-change.pg.ts';

const START = Date.UTC(2026, 10, 1);
const makeId = idMaker({ now: () => START }, seededRandom(1));
const ALL = { order: 'newest', after: null, limit: 50, action: null, subject: null, actor: null } as const;

let support: TestDatabase;
let log: AuditLog;
beforeEach(async () => {
  support = await testDatabase();
  log = pgAuditLog(support.database);
});
afterEach(() => support.close());

const change = (subject: string, diff = {}) =>
  ({ tenantId: support.tenantId, actor: { kind: 'user', id: 'usr_1' }, action: 'member.role', subject, diff }) as const;

async function record(subjects: readonly string[]): Promise<void> {
  for (const [i, subject] of subjects.entries())
    await support.database.tenant(support.tenantId, (tx) =>
      recordChange(tx, change(subject, { role: ['auditor', 'admin'] }), makeId, START + i * 1_000),
    );
}

const asOwnerOf = (work: (tx: Tx) => Promise<unknown>) => asOwner(support.owner, work);
const breaksOf = async () => (await log.verify(support.tenantId)).breaks.map(({ seq, detail }) => `${seq}: ${detail}`);

describe('the audit', () => {
  test('tells who changed what, newest first, with masked values', async () => {
    await support.database.tenant(support.tenantId, (tx) =>
      recordChange(tx, change('usr_2', { email: [null, 'jane@example.com'] }), makeId, START),
    );
    const { items } = await log.list(support.tenantId, ALL);
    expect(items).toMatchObject([
      { seq: 1n, at: START, actor: { kind: 'user', id: 'usr_1' }, action: 'member.role', subject: 'usr_2' },
    ]);
    expect(JSON.parse(items[0]!.diff)).toEqual({ email: [null, 'j***@***'] });
  });

  test('is walked page by page and filtered', async () => {
    await record(['a', 'b', 'a', 'c']);
    const first = await log.list(support.tenantId, { ...ALL, limit: 3 });
    const second = await log.list(support.tenantId, { ...ALL, limit: 3, after: first.next });
    expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(['c', 'a', 'b', 'a']);
    expect((await log.list(support.tenantId, { ...ALL, subject: 'a' })).items).toHaveLength(2);
    expect((await log.list(support.tenantId, { ...ALL, actor: 'usr_9' })).items).toEqual([]);
  });

  test('has no entry of a change that was rolled back', async () => {
    await expect(
      support.database.tenant(support.tenantId, async (tx) => {
        await recordChange(tx, change('x'), makeId, START);
        throw new Error('broken off');
      }),
    ).rejects.toThrow('broken off');
    expect(await log.verify(support.tenantId)).toMatchObject({ entries: 0n, breaks: [] });
  });

  test('stays one chain when many change something at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        support.database.tenant(support.tenantId, (tx) => recordChange(tx, change(`s${i}`), makeId, START)),
      ),
    );
    expect(await log.verify(support.tenantId)).toMatchObject({ entries: 20n, breaks: [] });
  });

  test('is that of one tenant', async () => {
    await record(['a']);
    expect((await log.list('ten_stranger' as TenantId, ALL)).items).toEqual([]);
    await expect(
      support.database.tenant('ten_stranger' as TenantId, (tx) => recordChange(tx, change('a'), makeId, START)),
    ).rejects.toThrow(/row-level security/);
  });
});

describe('verify', () => {
  beforeEach(() => record(['a', 'b', 'c', 'd', 'e']));

  test('of an untouched chain finds nothing', async () => {
    expect(await log.verify(support.tenantId)).toMatchObject({ entries: 5n, breaks: [] });
  });

  test.each([
    ['action', sql`update audit_entries set action = 'other' where seq = 3`],
    ['subject', sql`update audit_entries set subject = 'other' where seq = 3`],
    ['actor', sql`update audit_entries set actor_id = 'usr_9' where seq = 3`],
    ['kind of actor', sql`update audit_entries set actor_kind = 'system' where seq = 3`],
    ['instant', sql`update audit_entries set at = at + interval '1 second' where seq = 3`],
    ['id', sql`update audit_entries set id = 'aud_other' where seq = 3`],
    ['diff', sql`update audit_entries set diff = '{"role":["auditor","owner"]}' where seq = 3`],
  ])('finds a changed %s', async (_field, statement) => {
    await asOwnerOf((tx) => statement.execute(tx));
    expect(await breaksOf()).toEqual(['3: It was changed after it was written.']);
  });

  test('finds a removed entry, at the start, in the middle and at the end', async () => {
    await asOwnerOf((tx) => sql`delete from audit_entries where seq in (1, 3)`.execute(tx));
    expect(await breaksOf()).toEqual([
      '2: Entries 1 to 1 are missing before it.',
      '4: Entries 3 to 3 are missing before it.',
    ]);
    await asOwnerOf((tx) => sql`delete from audit_entries where seq = 5`.execute(tx));
    expect(await breaksOf()).toContain('5: The end is missing: entries 5 to 5.');
  });

  test('finds a removed entry whose successors were renumbered', async () => {
    await asOwnerOf(async (tx) => {
      await sql`delete from audit_entries where seq = 3`.execute(tx);
      await sql`update audit_entries set seq = 3 where seq = 4`.execute(tx);
      await sql`update audit_entries set seq = 4 where seq = 5`.execute(tx);
    });
    expect((await breaksOf())[0]).toMatch(/^3: It does not continue/);
  });

  test('finds an inserted entry', async () => {
    await asOwnerOf((tx) =>
      sql`
        insert into audit_entries select tenant_id, 6, 'aud_planted', at, actor_kind, actor_id, action, subject, diff, hash, hash
        from audit_entries where seq = 5`.execute(tx),
    );
    expect(await breaksOf()).toEqual([
      '6: It was changed after it was written.',
      '6: 1 entries were added behind the end.',
    ]);
  });

  test('finds two entries that changed places', async () => {
    await asOwnerOf(async (tx) => {
      await sql`update audit_entries set seq = 99 where seq = 2`.execute(tx);
      await sql`update audit_entries set seq = 2 where seq = 4`.execute(tx);
      await sql`update audit_entries set seq = 4 where seq = 99`.execute(tx);
    });
    const breaks = await breaksOf();
    for (const seq of [2, 3, 4, 5]) expect(breaks.join('\n')).toContain(`${seq}: It does not continue`);
  });

  test('finds a whole new end that was hashed rightly', async () => {
    await asOwnerOf((tx) => sql`delete from audit_entries where seq >= 4`.execute(tx));
    await asOwnerOf((tx) =>
      sql`update audit_heads set seq = 3, hash = (select hash from audit_entries where seq = 3)`.execute(tx),
    );
    await record(['x', 'y']);
    await asOwnerOf((tx) => sql`update audit_heads set hash = '\\x00'::bytea`.execute(tx));
    expect(await breaksOf()).toEqual(['5: The last entry is not the one that was written last.']);
  });
});
