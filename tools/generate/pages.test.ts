import { describe, expect, test } from 'vitest';
import { describeCommands, describeExitCodes } from '../../src/edge/cli/index.ts';
import { ERROR_CODES } from '../../src/kernel/error-codes.ts';
import { describeConfig } from '../../src/platform/config/index.ts';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';
import { connectorsPage } from './connectors-page.ts';
import { duration } from './duration.ts';
import { errorsPage } from './errors-page.ts';
import { table } from './markdown.ts';
import { connectors, generatedFiles } from './pages.ts';
import { schemaPage } from './schema-page.ts';

describe('tables', () => {
  test('keep their columns whatever is in a cell', () => {
    expect(
      table(
        ['a', ''],
        [
          ['x|y', ''],
          ['two\nlines', 'z'],
        ],
      ),
    ).toBe('| a |  |\n|---|---|\n| x\\|y | – |\n| two lines | z |');
  });
});

describe('durations', () => {
  test.each([
    [250, '250 ms'],
    [1_500, '1500 ms'],
    [125_000, '125 s'],
    [60_000, '1 min'],
    [18_000_000, '5 h'],
    [86_400_000, '1 day'],
    [2_592_000_000, '30 days'],
    [0, '0 ms'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('the page of errors', () => {
  test('has every code with its kind, outcome and help, in its section', () => {
    const page = errorsPage(ERROR_CODES);
    for (const [name, { kind, outcome, remedy }] of Object.entries(ERROR_CODES)) {
      const section = page.split('\n## ').find((text) => text.startsWith(`${name.split('.')[0]}\n`))!;
      const line = section.split('\n').find((text) => text.startsWith(`| \`${name}\` |`))!;
      expect(line).toContain(`| ${kind} | ${outcome} |`);
      expect(line).toContain(remedy);
    }
  });

  test('has nothing else', () => {
    const named = [...errorsPage(ERROR_CODES).matchAll(/^\| `([a-z_]+\.[a-z_]+)`/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });
});

describe('the page of the command line', () => {
  test('has every command with its options, and every exit code', () => {
    const text = cliPage();
    const { commands, globals } = describeCommands();
    for (const { usage, options } of commands) {
      expect(text).toContain(`## \`counterfoil ${usage}\``);
      for (const { flags } of options) expect(text).toContain(`| \`${flags.replaceAll('|', '\\|')}\` |`);
    }
    for (const { flags } of globals) expect(text).toContain(flags);
    for (const { code, name } of describeExitCodes()) expect(text).toContain(`| ${code} | \`${name}\` |`);
  });
});

describe('the page of the configuration', () => {
  test('has every variable once', () => {
    const page = configPage(describeConfig());
    const named = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named).toEqual(describeConfig().map(({ name }) => name));
  });

  test('shows a default as it would be written, and else says what happens', () => {
    const row = { name: 'PORT', default: '4170', without: undefined, isSecret: false, description: 'Where.' };
    expect(configPage([row])).toContain('| `PORT` | `4170` | – | Where. |');
    const secret = { ...row, default: undefined, without: 'a fresh one', isSecret: true };
    expect(configPage([secret])).toContain('| `PORT` | a fresh one | yes | Where. |');
  });
});

describe('the page of connectors', () => {
  test('has each limit, stream, operation and event of each connector', () => {
    const page = connectorsPage(connectors());
    for (const { connector, events } of connectors()) {
      const section = page.split('\n## ').find((text) => text.startsWith(`${connector.displayName}\n`))!;
      const streams = connector.role === 'source' ? connector.streams : [];
      const named = [
        ...connector.limits.map(({ name }) => name),
        ...streams.map(({ name }) => name),
        ...connector.operations,
        ...events,
      ];
      for (const name of named) expect(section).toContain(`\`${name}\``);
      for (const { source } of connector.limits) expect(section).toContain(source);
    }
  });

  test('has a column of the matrix for each connector', () => {
    const names = connectors().map(({ connector }) => connector.displayName);
    expect(connectorsPage(connectors())).toContain(`|  | ${names.join(' | ')} |`);
  });
});

describe('the page of the schema', () => {
  const first = {
    name: '0001_a.sql',
    text: '-- About\n-- payments.\n\n-- Who pays.\ncreate table payers (\n  id text primary key,\n  -- In words.\n  name text,\n  unique (name)\n);\n',
  };

  test('has each table with its comment and columns', () => {
    const page = schemaPage([first]);
    expect(page).toContain('## 0001_a.sql\n\nAbout payments.');
    expect(page).toContain('| `payers` | Who pays. | `id`, `name` |');
  });

  test('has columns that a later migration adds', () => {
    const later = { name: '0002_b.sql', text: 'alter table payers add column email text;\n' };
    expect(schemaPage([first, later])).toContain('| `id`, `name`, `email` |');
  });

  test('has no columns that a later migration drops', () => {
    const later = { name: '0002_b.sql', text: 'alter table payers drop column name;\n' };
    expect(schemaPage([first, later])).toContain('| `payers` | Who pays. | `id` |');
  });

  test('knows every column that is dropped', () => {
    const later = { name: '0002_b.sql', text: 'alter table payers drop column email;\n' };
    expect(() => schemaPage([first, later])).toThrow('0002_b.sql drops email');
  });

  test.each(['drop table payers;', 'alter table payers rename to people;', 'alter table payers\n  drop column name;'])(
    '%s is refused rather than left out',
    (text) => {
      expect(() => schemaPage([first, { name: '0002_b.sql', text }])).toThrow('0002_b.sql drops or renames');
    },
  );
});

test('every generated page says that it is generated, and no file is written twice', () => {
  const files = generatedFiles(new URL('../../', import.meta.url));
  for (const { path, text } of files)
    if (path.endsWith('.md')) expect(text).toMatch(/^<!-- Generated by `npm run generate`/);
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
});
