// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are inside of the programs under test
import { expect, test } from 'vitest';
import { orderedLists } from './ordered-lists.ts';
import { parse } from './source-file.ts';

function linesOf(text: string, path = 'src/hub/sync/store.pg.ts'): number[] {
  return orderedLists(parse(path, text)).map(({ line }) => line);
}

test.each([
  'rows(tx, sql`select id from facts where state = ${state}`);',
  'rows(tx, sql<Row>`select * from facts limit ${limit}`);',
  'rows(tx, sql`with done as (update facts set a = 1 returning id) select id from done`);',
  // The order of what is gathered into one row is not the order of the rows.
  'rows(tx, sql`select (select array_agg(a order by a) from b) from facts`);',
  "rows(tx, sql`select 'order by' from facts`);",
  'rows(tx, sql`select a from facts -- order by a`);',
  'rows(tx, all ? sql`select a from facts` : sql`select a from facts order by a`);',
  'const statement = sql`select a from facts`;\n\nrows(tx, statement);',
])('%s has no order', (text) => {
  expect(linesOf(text)).toEqual([1]);
});

test.each([
  'rows(tx, sql`select id from facts ORDER BY id`);',
  'rows(tx, sql`select id from facts where a in (select b from c) order by id`);',
  'rows(tx, sql`update facts set a = 1 where b in (select c from d) returning id`);',
  'rows(tx, sql`insert into facts (id) select * from unnest(${ids}::text[]) returning id`);',
  'rows(tx, sql`with ${draw} insert into facts (id) select id from drawn returning id`);',
  'rows(tx, sql`select set_config(a, b, true)`);',
  'firstRow(tx, sql`select id from facts where id = ${id}`);',
  'const order = sql`order by id`;\nrows(tx, sql`select id from facts ${order}`);',
])('%s is in order', (text) => {
  expect(linesOf(text)).toEqual([]);
});

const SELECT = 'function select(tx: Tx, where: Sql) { return rows(tx, sql`select * from facts where ${where}`); }';

test('an order that callers bring is looked for in each call', () => {
  expect(linesOf(`${SELECT}\nselect(tx, sql\`a order by id\`);`)).toEqual([]);
  expect(linesOf(`${SELECT}\nselect(tx, sql\`a order by id\`);\nselect(tx, sql\`b\`);`)).toEqual([3]);
});

test('a value that is filled in brings no order', () => {
  expect(linesOf('const limit = 5;\nrows(tx, sql`select id from facts limit ${limit}`);')).toEqual([2]);
});

test('tests may read in any order', () => {
  expect(linesOf('rows(tx, sql`select id from facts`);', 'src/hub/sync/store.pg.test.ts')).toEqual([]);
});
