import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Environment } from './environment.ts';
import { checkConfig, readConfig } from './read-config.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const token = 'cf_local_0123456789abcdef0123456789';

function problemsOf(environment: Environment): readonly string[] {
  const checked = checkConfig(environment);
  return checked.ok ? [] : checked.problems.map(({ name, problem }) => `${name} ${problem}`);
}

describe('the configuration', () => {
  test('needs nothing set', () => {
    expect(readConfig({ PATH: '/bin' })).toEqual({
      databaseUrl: undefined,
      dataDir: resolve('data'),
      role: 'all',
      host: '127.0.0.1',
      port: 4170,
      edgePort: 4171,
      publicUrl: 'http://127.0.0.1:4171',
      appUrl: 'http://127.0.0.1:4170',
      oidc: null,
      masterKey: undefined,
      keySource: { kind: 'local', given: undefined },
      nextKeySource: null,
      apiToken: undefined,
      privateHosts: [],
      trustedProxies: [],
      baseUrls: {},
      oauth: {
        apps: { quickbooks: { production: undefined, sandbox: undefined } },
        redirectUris: [],
        returnOrigins: [],
      },
      poll_ms: 60_000,
      concurrency: 8,
      drain_ms: 20_000,
      logLevel: 'info',
      logFormat: 'json',
      color: true,
    });
  });

  test('takes the keys of an app by pairs only', () => {
    const keys = { COUNTERFOIL_QUICKBOOKS_CLIENT_ID: 'app', COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET: 'of-a-test' };
    const { oauth } = readConfig(keys);
    expect(oauth.apps.quickbooks?.production).toMatchObject({ clientId: 'app' });
    expect(oauth.apps.quickbooks?.production?.clientSecret.reveal()).toBe('of-a-test');
    expect(JSON.stringify(oauth)).not.toContain('of-a-test');
    expect(problemsOf({ COUNTERFOIL_QUICKBOOKS_CLIENT_ID: 'app' })).toEqual([
      'COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET must be set together with COUNTERFOIL_QUICKBOOKS_CLIENT_ID',
    ]);
  });

  test('lists redirect addresses and origins as they are compared', () => {
    const { oauth } = readConfig({
      COUNTERFOIL_OAUTH_REDIRECT_URIS: 'https://a.example/back, https://b.example/',
      COUNTERFOIL_RETURN_ORIGINS: 'https://a.example,http://umbrel.local:4170',
    });
    expect(oauth.redirectUris).toEqual(['https://a.example/back', 'https://b.example/']);
    expect(oauth.returnOrigins).toEqual(['https://a.example', 'http://umbrel.local:4170']);
    for (const wrong of [
      'http://a.example/back',
      'https://u:p@a.example/',
      'https://a.example/?x=1',
      'https://A.example/',
    ])
      expect(problemsOf({ COUNTERFOIL_OAUTH_REDIRECT_URIS: wrong }), wrong).toHaveLength(1);
    for (const wrong of ['https://a.example/', 'a.example', 'https://*.example', 'javascript:alert(1)'])
      expect(problemsOf({ COUNTERFOIL_RETURN_ORIGINS: wrong }), wrong).toHaveLength(1);
  });

  test('takes every variable', () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://o:p@h/b',
      COUNTERFOIL_DATA_DIR: '/srv/counterfoil',
      COUNTERFOIL_ROLE: 'worker',
      COUNTERFOIL_HOST: '0.0.0.0',
      COUNTERFOIL_PORT: '80',
      COUNTERFOIL_EDGE_PORT: '443',
      COUNTERFOIL_PUBLIC_URL: 'https://books.example.com/',
      COUNTERFOIL_MASTER_KEY: key,
      COUNTERFOIL_API_TOKEN: token,
      COUNTERFOIL_PRIVATE_HOSTS: 'btcpay.local,192.168.1.20',
      COUNTERFOIL_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
      COUNTERFOIL_STRIPE_BASE_URL: 'http://127.0.0.1:1/stripe',
      COUNTERFOIL_BTCPAY_BASE_URL: 'http://127.0.0.1:2/',
      COUNTERFOIL_QUICKBOOKS_BASE_URL: 'http://localhost:3',
      COUNTERFOIL_POLL_SECONDS: '5',
      COUNTERFOIL_CONCURRENCY: '2',
      COUNTERFOIL_DRAIN_SECONDS: '0',
      COUNTERFOIL_LOG_LEVEL: 'debug',
      COUNTERFOIL_LOG_FORMAT: 'pretty',
      NO_COLOR: '1',
    });
    expect(config).toMatchObject({
      dataDir: '/srv/counterfoil',
      role: 'worker',
      host: '0.0.0.0',
      port: 80,
      edgePort: 443,
      publicUrl: 'https://books.example.com',
      privateHosts: ['btcpay.local', '192.168.1.20'],
      trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
      baseUrls: { stripe: 'http://127.0.0.1:1/stripe', btcpay: 'http://127.0.0.1:2', quickbooks: 'http://localhost:3' },
      poll_ms: 5_000,
      concurrency: 2,
      drain_ms: 0,
      logLevel: 'debug',
      logFormat: 'pretty',
      color: false,
    });
    expect(config.databaseUrl?.reveal()).toBe('postgres://o:p@h/b');
    expect(config.masterKey?.secret.reveal()).toBe(key);
    expect(config.masterKey?.origin).toBe('COUNTERFOIL_MASTER_KEY');
    expect(config.apiToken?.reveal()).toBe(token);
    for (const secret of [key, token, 'o:p@h']) expect(inspect(config) + JSON.stringify(config)).not.toContain(secret);
  });

  test('the public address follows the edge port', () => {
    expect(readConfig({ COUNTERFOIL_EDGE_PORT: '9000' }).publicUrl).toBe('http://127.0.0.1:9000');
  });

  test('an empty value counts as not set, and white space around is taken off', () => {
    const config = readConfig({
      COUNTERFOIL_PORT: '',
      COUNTERFOIL_ROLE: '  ',
      COUNTERFOIL_MASTER_KEY_FILE: '',
      NO_COLOR: '',
    });
    expect(config).toMatchObject({
      port: 4170,
      role: 'all',
      masterKey: undefined,
      keySource: { kind: 'local', given: undefined },
      nextKeySource: null,
      color: true,
    });
    expect(readConfig({ COUNTERFOIL_PORT: ' 80\r\n' }).port).toBe(80);
  });

  test('the command line goes before the environment, also before a file', () => {
    const environment = { COUNTERFOIL_PORT: '1', COUNTERFOIL_HOST_FILE: '/does/not/exist' };
    const config = readConfig(environment, { COUNTERFOIL_PORT: '2', COUNTERFOIL_HOST: '::1' });
    expect(config).toMatchObject({ port: 2, host: '::1' });
  });

  test('port 0 may be asked for twice', () => {
    const config = readConfig({ COUNTERFOIL_PORT: '0', COUNTERFOIL_EDGE_PORT: '0' });
    expect(config).toMatchObject({ port: 0, edgePort: 0 });
  });
});

describe('problems of the configuration', () => {
  test('are reported all at once, by name and with what would be right', () => {
    const error = (() => {
      try {
        return readConfig({
          DATABASE_URL: 'mysql://x',
          COUNTERFOIL_PORT: '70000',
          COUNTERFOIL_EDGE_PORT: '70000',
          COUNTERFOIL_ROLE: 'both',
          COUNTERFOIL_POLL_SECONDS: '1m',
          COUNTERFOIL_STRIPE_BASE_URL: 'https://api.stripe.com',
          COUNTERFOIL_LOGLEVEL: 'debug',
          COUNTERFOIL_HOST_FILE: '/does/not/exist',
        });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(CounterfoilError);
    expect(error).toMatchObject({ code: 'config.invalid', field: 'COUNTERFOIL_HOST_FILE' });
    expect((error as Error).message.split('\n')).toEqual([
      'The configuration has 9 problems:',
      '  COUNTERFOIL_HOST_FILE: the file it names cannot be read (ENOENT)',
      '  DATABASE_URL: must be an address such as postgres://user:password@host:5432/database',
      '  COUNTERFOIL_ROLE: must be one of all, api, worker',
      '  COUNTERFOIL_PORT: must be a whole number from 0 to 65535',
      '  COUNTERFOIL_EDGE_PORT: must be a whole number from 0 to 65535',
      '  COUNTERFOIL_STRIPE_BASE_URL: must be on this machine: 127.0.0.1, [::1] or localhost',
      '  COUNTERFOIL_POLL_SECONDS: must be a whole number from 1 to 86400',
      '  COUNTERFOIL_EDGE_PORT: must be another one than COUNTERFOIL_PORT',
      '  COUNTERFOIL_LOGLEVEL: there is no such variable; did you mean COUNTERFOIL_LOG_LEVEL?',
    ]);
  });

  test('one port for both is refused, also when it is a default', () => {
    expect(problemsOf({ COUNTERFOIL_PORT: '4171' })).toEqual([
      'COUNTERFOIL_EDGE_PORT must be another one than COUNTERFOIL_PORT',
    ]);
  });

  test('never repeat a value', () => {
    const canary = 'Canary4242';
    const names = [
      'DATABASE_URL',
      'COUNTERFOIL_ROLE',
      'COUNTERFOIL_HOST',
      'COUNTERFOIL_PORT',
      'COUNTERFOIL_PUBLIC_URL',
      'COUNTERFOIL_MASTER_KEY',
      'COUNTERFOIL_API_TOKEN',
      'COUNTERFOIL_PRIVATE_HOSTS',
      'COUNTERFOIL_BTCPAY_BASE_URL',
      'COUNTERFOIL_LOG_FORMAT',
      'COUNTERFOIL_NOBODY_KNOWS',
    ];
    const environment = Object.fromEntries(names.map((name) => [name, `${canary} ${canary}`]));
    const checked = checkConfig(environment);
    expect(checked.ok ? [] : checked.problems).toHaveLength(names.length);
    expect(inspect(checked, { depth: 10 })).not.toContain(canary);
  });

  test.each([
    ['COUNTERFOIL_PORTS', 'did you mean COUNTERFOIL_PORT?'],
    ['counterfoil_port', 'did you mean COUNTERFOIL_PORT?'],
    ['COUNTERFOIL_DATABASE_URL', 'did you mean DATABASE_URL?'],
    ['COUNTERFOIL_DATABASE_URL_FILE', 'did you mean DATABASE_URL_FILE?'],
    ['COUNTERFOIL_MASTERKEY_FILE', 'did you mean COUNTERFOIL_MASTER_KEY_FILE?'],
    ['COUNTERFOIL_ENTIRELY_UNRELATED_THING', 'remove it'],
  ])('%s is reported as unknown', (name, hint) => {
    expect(problemsOf({ [name]: '' })).toEqual([expect.stringContaining(hint)]);
  });

  test('leave alone what others set in the environment', () => {
    expect(
      problemsOf({
        COUNTERFOIL_SHARED: '/srv/shared',
        COUNTERFOIL_SERVICE_HOST: '10.0.0.1',
        COUNTERFOIL_EDGE_SERVICE_PORT_HTTP: '80',
        COUNTERFOIL_PORT_4170_TCP_ADDR: '10.0.0.1',
        COUNTERFOILS: 'another program',
      }),
    ).toEqual([]);
  });

  test.each(['short', `two words ${'x'.repeat(40)}`, `ünï${'x'.repeat(40)}`])('the token %j is refused', (text) => {
    expect(problemsOf({ COUNTERFOIL_API_TOKEN: text })).toHaveLength(1);
  });

  test.each(['short', key.slice(1), `${key}${key}`, Buffer.alloc(16).toString('hex')])(
    'the key %j is refused',
    (text) => {
      expect(problemsOf({ COUNTERFOIL_MASTER_KEY: text })).toEqual([
        expect.stringContaining('openssl rand -base64 32'),
      ]);
    },
  );
});

describe('values from files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'counterfoil-config-'));
    await writeFile(join(folder, 'key'), `${key}\n`);
    await writeFile(join(folder, 'empty'), '\n');
    await writeFile(join(folder, 'wrong'), 'Canary4242\n');
    await writeFile(join(folder, 'large'), 'x'.repeat(70_000));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are read without their line end, and remembered by their path', () => {
    const { masterKey } = readConfig({ COUNTERFOIL_MASTER_KEY_FILE: join(folder, 'key') });
    expect(masterKey?.secret.reveal()).toBe(key);
    expect(masterKey?.origin).toBe(join(folder, 'key'));
  });

  test.each([
    ['empty', 'is empty'],
    ['missing', 'ENOENT'],
    ['large', 'EFBIG'],
    ['', 'EISDIR'],
    ['wrong', 'what the file holds must be 32 bytes'],
  ])('the file %j is reported under the name of the _FILE variable', (file, part) => {
    const [problem, ...more] = problemsOf({ COUNTERFOIL_MASTER_KEY_FILE: join(folder, file) });
    expect(problem).toMatch(/^COUNTERFOIL_MASTER_KEY_FILE /);
    expect(problem).toContain(part);
    expect(problem).not.toContain('Canary4242');
    expect(more).toEqual([]);
  });

  test('beside a value are refused', () => {
    expect(problemsOf({ COUNTERFOIL_MASTER_KEY: key, COUNTERFOIL_MASTER_KEY_FILE: join(folder, 'key') })).toEqual([
      'COUNTERFOIL_MASTER_KEY set either this or COUNTERFOIL_MASTER_KEY_FILE, not both',
    ]);
  });
});

describe('the sign-in provider', () => {
  const OIDC = { COUNTERFOIL_OIDC_ISSUER: 'https://id.example.com/', COUNTERFOIL_OIDC_CLIENT_ID: 'counterfoil' };

  test('keeps the slash at the end of its issuer, and needs no secret', () => {
    expect(readConfig(OIDC).oidc).toEqual({ issuer: 'https://id.example.com/', clientId: 'counterfoil' });
  });

  test.each([
    [{ COUNTERFOIL_OIDC_ISSUER: 'https://id.example.com' }, 'COUNTERFOIL_OIDC_CLIENT_ID'],
    [{ COUNTERFOIL_OIDC_CLIENT_ID: 'counterfoil' }, 'COUNTERFOIL_OIDC_ISSUER'],
    [{ ...OIDC, COUNTERFOIL_OIDC_ISSUER: 'http://id.example.com' }, 'COUNTERFOIL_OIDC_ISSUER'],
  ])('half of it, or plain http, is refused: %j', (environment, name) => {
    const read = checkConfig(environment);
    expect(read.ok ? [] : read.problems.map((one) => one.name)).toEqual([name]);
  });
});
