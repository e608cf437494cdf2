import { code, generatedFrom, page, table } from './markdown.ts';

/** A migration as it lies in `sql/`. */
export interface Migration {
  readonly name: string;
  readonly text: string;
}

interface Table {
  readonly name: string;
  readonly comment: string;
  readonly columns: string[];
}

/** Changes that this page does not follow; it must not go on saying what is no longer so. */
const NOT_FOLLOWED = /\b(drop table|rename (column|to))\b/i;
const HEAD = /^(?:-- .*\n)+/;
const CREATED = /^((?:-- .*\n)*)create table (?:if not exists )?(\w+) \(\n([\s\S]*?)^\);/gm;
const ADDED = /^alter table (\w+) add column (?:if not exists )?(\w+)/gm;
const DROPPED = /^alter table (\w+) drop column (?:if exists )?(\w+);/gm;
/** A line of a table that starts with one of these is a constraint. */
const CONSTRAINT = /^(primary|unique|check|foreign|constraint|exclude)$/;

/** Every table with its columns and the comment that stands above it, by the migration that makes it. */
export function schemaPage(migrations: readonly Migration[]): string {
  const all = new Map<string, Table>();
  const sections = migrations.map((migration) => ({ migration, made: tablesOf(migration, all) }));
  return page(
    generatedFrom('sql/'),
    '# Database schema',
    'The tables by the migration that makes them; types, keys and policies are in the SQL files themselves.',
    ...sections.flatMap(({ migration, made }) => section(migration, made)),
  );
}

/** The tables that a migration makes; columns that it adds to earlier ones are put there, and taken from there. */
function tablesOf({ name, text }: Migration, all: Map<string, Table>): readonly Table[] {
  const drops = text.match(/\bdrop column\b/gi)?.length ?? 0;
  if (NOT_FOLLOWED.test(text) || drops > [...text.matchAll(DROPPED)].length)
    throw new Error(`${name} drops or renames something: teach tools/generate/schema-page.ts`);
  const made = [...text.replace(HEAD, '').matchAll(CREATED)].map(([, comment = '', table = '', body = '']) => ({
    name: table,
    comment: prose(comment),
    columns: columnsOf(body),
  }));
  for (const table of made) all.set(table.name, table);
  for (const [, table = '', column = ''] of text.matchAll(ADDED)) all.get(table)?.columns.push(column);
  for (const [, table = '', column = ''] of text.matchAll(DROPPED)) drop(all.get(table), column, name);
  return made;
}

function drop(table: Table | undefined, column: string, migration: string): void {
  const at = table?.columns.indexOf(column) ?? -1;
  if (at < 0) throw new Error(`${migration} drops ${column}, which is not known: teach tools/generate/schema-page.ts`);
  table!.columns.splice(at, 1);
}

function columnsOf(body: string): string[] {
  const first = [...body.matchAll(/^ {2}(\w+) /gm)].map(([, word = '']) => word);
  return first.filter((word) => !CONSTRAINT.test(word));
}

function section({ name, text }: Migration, made: readonly Table[]): readonly string[] {
  const about = prose(HEAD.exec(text)?.[0] ?? '');
  const rows = made.map((one) => [code(one.name), one.comment, one.columns.map(code).join(', ')]);
  return [
    `## ${name}`,
    ...(about === '' ? [] : [about]),
    ...(rows.length === 0 ? [] : [table(['table', 'what it holds', 'columns'], rows)]),
  ];
}

function prose(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^-- ?/, '').trim())
    .join(' ')
    .trim();
}
