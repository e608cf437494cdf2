import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { describeConfig } from './describe-config.ts';
import { envExample, envText } from './env-example.ts';
import { readConfig } from './read-config.ts';

test('every variable is documented, with a default or what happens without it', () => {
  const rows = describeConfig();
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    expect(row.description, row.name).toMatch(/^[A-Z].*\.$/);
    expect((row.default === undefined) !== (row.without === undefined), row.name).toBe(true);
  }
  expect(rows.filter((row) => row.isSecret).map((row) => row.name)).toEqual([
    'DATABASE_URL',
    'COUNTERFOIL_OIDC_CLIENT_SECRET',
    'COUNTERFOIL_MASTER_KEY',
    'COUNTERFOIL_PASSPHRASE',
    'COUNTERFOIL_AWS_SECRET_ACCESS_KEY',
    'COUNTERFOIL_AWS_SESSION_TOKEN',
    'COUNTERFOIL_TRANSIT_TOKEN',
    'COUNTERFOIL_NEXT_MASTER_KEY',
    'COUNTERFOIL_NEXT_PASSPHRASE',
    'COUNTERFOIL_API_TOKEN',
    'COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET',
    'COUNTERFOIL_QUICKBOOKS_SANDBOX_CLIENT_SECRET',
  ]);
});

test('the example sets nothing as it stands', () => {
  expect(parseEnv(envExample())).toEqual({});
});

test('the example with every line switched on is the default configuration', () => {
  const switchedOn = parseEnv(envExample().replaceAll(/^#(?=[A-Z_]+=)/gm, ''));
  const names = describeConfig().map((row) => row.name);
  expect(Object.keys(switchedOn).sort()).toEqual(names.sort());
  expect(readConfig(switchedOn)).toEqual(readConfig({}));
});

test('values come back as they were written, whatever they hold', () => {
  const values = {
    DATABASE_URL_FILE: '/run/a folder/db',
    COUNTERFOIL_PASSPHRASE: `it's "six" words # of dice`,
    COUNTERFOIL_MASTER_KEY: `${'A'.repeat(43)}=`,
    COUNTERFOIL_API_TOKEN: 'a\\nb$HOME`c',
  };
  expect(parseEnv(envText('Mine.', values))).toEqual(values);
  const unwritable = { COUNTERFOIL_PASSPHRASE: `all '"\` of them` };
  expect(() => envText('Mine.', unwritable)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
});

test('the example has no line too long to read', () => {
  for (const line of envExample().split('\n')) expect(line.length).toBeLessThanOrEqual(115);
});
