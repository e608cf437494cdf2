import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { AssertionFailed } from '../../kernel/assert.ts';
import type { StateTable } from '../../kernel/state-table.ts';
import { rows } from './database.ts';
import { asOwner, isApplied, nextState, sql } from './index.ts';

const LAMP: StateTable<'absent' | 'off' | 'on' | 'broken', 'screw_in' | 'switch' | 'drop'> = {
  absent: { screw_in: 'off', switch: 'refuse', drop: 'refuse' },
  off: { screw_in: 'refuse', switch: 'on', drop: 'broken' },
  on: { screw_in: 'refuse', switch: 'off', drop: 'broken' },
  broken: { screw_in: 'refuse', switch: 'stays', drop: 'stays' },
};

let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made.close());

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.owner, (tx) => rows<R>(tx, statement));

describe('a table of states in a statement', () => {
  test('moves each row as its own state says, and leaves the others alone', async () => {
    await query(sql`create table lamps (id text primary key, state text not null)`);
    await query(sql`insert into lamps values ('a', 'off'), ('b', 'on'), ('c', 'broken')`);
    await query(sql`update lamps set state = ${nextState(LAMP, 'switch')} where ${isApplied(LAMP, 'switch')}`);
    expect(await query(sql`select id, state from lamps order by id`)).toEqual([
      { id: 'a', state: 'on' },
      { id: 'b', state: 'off' },
      { id: 'c', state: 'broken' },
    ]);
  });

  test('can look at the stored row of an upsert', async () => {
    await query(sql`
      insert into lamps values ('a', 'off') on conflict (id) do update set state = ${nextState(LAMP, 'drop', 'lamps.state')}
      where ${isApplied(LAMP, 'drop', 'lamps.state')}`);
    expect(await query(sql`select state from lamps where id = 'a'`)).toEqual([{ state: 'broken' }]);
  });

  test('is refused for an event that moves no stored row', () => {
    expect(() => isApplied(LAMP, 'screw_in')).toThrow(AssertionFailed);
    expect(() => nextState(LAMP, 'screw_in')).toThrow(AssertionFailed);
  });
});
