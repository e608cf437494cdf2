import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { type Config, checkConfig, readConfig } from '../../platform/config/index.ts';
import type { DemoRequest } from './doors.ts';
import { describeExitCodes } from './exit-codes.ts';
import { fakeDoors, run } from './fixtures/fake-doors.ts';
import { fakeIo } from './fixtures/fake-io.ts';
import { COMMANDS, runCli } from './index.ts';

describe('help', () => {
  test.each([[''], ['--help'], ['help']])(
    'of the program (%j) shows examples first, every command and every exit code',
    async (line) => {
      const { exit, out, err } = await run(line);
      expect({ exit, err }).toEqual({ exit: 0, err: '' });
      expect(out).toMatch(/^Examples:\n {2}counterfoil demo\n/);
      for (const { name } of COMMANDS) expect(out).toContain(`\n  ${name.split(' ')[0]}`);
      for (const { code, meaning } of describeExitCodes()) expect(out).toContain(`${code}  ${meaning}`);
    },
  );

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s shows an example, its options and those of all commands',
    async (name, command) => {
      const { exit, out } = await run(`${name} --help`);
      expect(exit).toBe(0);
      expect(out.startsWith(`Examples:\n  ${command.examples[0]![0]}\n`)).toBe(true);
      for (const { flags } of Object.values(command.options)) expect(out).toContain(flags);
      expect(out).toContain('--json');
    },
  );

  test('of a group names its commands', async () => {
    const { exit, err } = await run('connect');
    expect(exit).toBe(2);
    for (const name of ['quickbooks', 'stripe', 'btcpay']) expect(err).toContain(`  ${name} [options]`);
  });
});

describe('a wrong command line', () => {
  test('ends with 2 and names every problem', async () => {
    const { exit, out, err } = await run('demo --charges 0 --fees monthly --frobnicate 3 --seed extra');
    expect(exit).toBe(2);
    expect(out).toBe('');
    expect(err).toBe(
      [
        'counterfoil demo: 4 problems',
        '  --frobnicate is not an option',
        '  --seed must be a whole number from 0 to 9007199254740991, not "extra"',
        '  --charges must be a whole number from 50 to 100000, not "0"',
        '  --fees must be one of transaction, payout, not "monthly"',
        'Run `counterfoil demo --help`.',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['snyc', "unknown command 'snyc' (Did you mean sync?)"],
    ['connect strip', "unknown command 'strip' (Did you mean stripe?)"],
    ['reconcile --form 2026-10-01', '--form is not an option (did you mean --from?)'],
    ['sync --time', '--time is not an option'],
    ['sync --timeout', '--timeout needs a value'],
    ['sync a b', '"b" is too much'],
    ['verify x', '"x" is too much'],
    ['completion', '<shell> is missing'],
    ['completion tcsh', '<shell> must be one of bash, zsh, fish, not "tcsh"'],
    ['connect quickbooks --secret-file token', '--secret-file needs --company'],
    ['reconcile --from 2026-10-32', '--from must be a day such as 2026-10-31, not "2026-10-32"'],
    ['reconcile --from 2026-10-02 --to 2026-10-01', '--to must not be before --from'],
    ['replay --since 2026-10-02 --until 2026-10-02', '--until must be later than --since'],
    ['retry pst_1 --code ledger.refused', '--code and ids exclude each other'],
    ['retry --code ledger.refsued', '(did you mean ledger.refused?)'],
    ['start --role boss', '--role must be one of all, api, worker, not "boss"'],
    ['--data-dir', '--data-dir'],
  ])('%s: %s', async (line, problem) => {
    const { exit, err } = await run(line);
    expect(exit).toBe(2);
    expect(err).toContain(problem);
  });

  test('is one JSON object with --json', async () => {
    const { exit, out, err } = await run('sync a b --json');
    expect({ exit, err }).toEqual({ exit: 2, err: '' });
    expect(JSON.parse(out).error).toMatchObject({ exit: 'usage', exitCode: 2, problems: ['"b" is too much'] });
    expect((await run('snyc --json')).json().error).toMatchObject({ exitCode: 2 });
  });
});

describe('the configuration', () => {
  const wrong = { COUNTERFOIL_PORT: 'x', COUNTERFOIL_POLL_SECONDS: '0' };
  const readWrong = () => readConfig(wrong);

  test.each(['doctor', 'sync', 'start', 'verify', 'migrate up', 'connections list'])(
    '%s with a wrong one ends with 2 and lists every problem',
    async (line) => {
      const { exit, err } = await run(line, { readConfig: readWrong });
      const checked = checkConfig(wrong);
      expect(exit).toBe(2);
      expect(checked.ok).toBe(false);
      for (const { name, problem } of checked.ok ? [] : checked.problems) expect(err).toContain(`${name}: ${problem}`);
    },
  );

  test('takes the data directory from the command line', async () => {
    const { exit, err } = await run('sync --data-dir /somewhere/else');
    expect(exit).toBe(3);
    expect(err).toContain('Nothing is set up in /somewhere/else.');
  });
});

describe('errors', () => {
  const failing = (error: unknown) => ({ isSetUp: async () => true, open: () => Promise.reject(error) });

  test.each([
    ['data_directory.locked', 5],
    ['provider.unauthorized', 4],
    ['connection.not_active', 4],
    ['provider.unreachable', 7],
    ['provider.throttled', 7],
    ['provider.invalid_request', 1],
    ['connection.not_found', 2],
    ['store.unavailable', 1],
    ['vault.key_missing', 1],
    ['engine.lease_lost', 5],
  ] as const)('%s ends with %i, and is told with the state of the books and a remedy', async (code, exit) => {
    const error = new CounterfoilError(code, { detail: 'It went wrong.' });
    const ran = await run('verify', failing(error));
    expect(ran).toMatchObject({ exit, out: '' });
    expect(ran.err).toMatch(/^error: It went wrong\.\n {2}\S.*[bB]ooks.*\n {2}/);
    expect(ran.err).toContain(`${error.remedy}\n  (${code})\n`);
    expect((await run('verify --json', failing(error))).json()).toEqual({
      error: {
        exit: expect.any(String),
        code,
        message: 'It went wrong.',
        books: expect.stringMatching(/books/i),
        remedy: error.remedy,
        field: null,
        exitCode: exit,
      },
    });
  });

  test('that were not foreseen end with 1 and claim nothing about the books', async () => {
    const ran = await run('verify', failing(new TypeError('x is not a function')));
    expect(ran.exit).toBe(1);
    expect(ran.err).toContain('x is not a function');
    expect(ran.err).toContain('not certain');
  });

  test('after an interruption end with 130, whatever they are', async () => {
    const terminal = fakeIo();
    const open = async () => {
      terminal.interrupt();
      throw new CounterfoilError('provider.unreachable');
    };
    expect(await runCli(['verify', '--json'], fakeDoors(terminal, { isSetUp: async () => true, open }))).toBe(130);
    expect(JSON.parse(terminal.out()).error).toMatchObject({ exit: 'interrupted', exitCode: 130 });
  });

  test('are shown with --quiet too', async () => {
    expect((await run('verify --quiet', failing(new CounterfoilError('store.unavailable')))).err).toContain('error:');
  });
});

describe('start', () => {
  test('serves with the role of the command line and ends as the server ends', async () => {
    const served: Config[] = [];
    const serve = async (config: Config) => {
      served.push(config);
      return 5;
    };
    expect(await run('start --role worker', { serve })).toMatchObject({ exit: 5, out: '' });
    expect(served.map(({ role }) => role)).toEqual(['worker']);
  });
});

describe('demo', () => {
  const ask = async (line: string): Promise<DemoRequest> => {
    const asked: DemoRequest[] = [];
    const demo = async (request: DemoRequest) => {
      asked.push(request);
      return 0;
    };
    expect(await run(line, { demo })).toMatchObject({ exit: 0, out: '', err: '' });
    return asked[0]!;
  };

  test('hands over what was asked for and leaves the rest to the defaults', async () => {
    expect(await ask('demo --fresh --charges 60 --faults timeoutAfterCommit=0.2,429=0.1 --fees payout --json')).toEqual(
      {
        fresh: true,
        realLimits: false,
        json: true,
        seed: undefined,
        month: undefined,
        charges: 60,
        btcpayInvoices: undefined,
        faults: 'timeoutAfterCommit=0.2,429=0.1',
        fees: 'payout',
        mode: undefined,
      },
    );
  });

  test('ends as the demo ends', async () => {
    expect((await run('demo', { demo: async () => 8 })).exit).toBe(8);
  });
});

describe('health', () => {
  const answering = (status: number | null) => {
    const asked: string[] = [];
    const httpGet = async (url: string) => {
      asked.push(url);
      return status === null ? null : { status, text: '' };
    };
    return { asked, doors: { httpGet } };
  };

  test.each([
    [200, 0, true],
    [503, 1, false],
    [null, 1, false],
  ])('with the answer %s ends with %i', async (status, exit, ready) => {
    const { asked, doors } = answering(status);
    const ran = await run('health --json', doors);
    expect(ran.exit).toBe(exit);
    expect(ran.json()).toEqual({ ready, status, url: 'http://127.0.0.1:4170/health/ready' });
    expect(asked).toEqual(['http://127.0.0.1:4170/health/ready']);
  });
});

describe('migrate', () => {
  const migrations = {
    status: async () => [
      { name: '0001_first', appliedAt: Date.UTC(2026, 9, 1) },
      { name: '0002_next', appliedAt: null },
    ],
    up: async () => ['0002_next'],
  };
  const doors = { migrations, isSetUp: async () => true };

  test('status ends with 1 while something is missing', async () => {
    const ran = await run('migrate status --json', doors);
    expect(ran.exit).toBe(1);
    expect(ran.json()).toEqual({
      current: false,
      migrations: [
        { name: '0001_first', appliedAt: '2026-10-01T00:00:00.000Z' },
        { name: '0002_next', appliedAt: null },
      ],
    });
  });

  test('up tells what it applied', async () => {
    expect(await run('migrate up', doors)).toMatchObject({ exit: 0, out: 'Applied 1 migration: 0002_next\n' });
  });

  test('without an installation ends with 3', async () => {
    expect((await run('migrate status', { migrations })).exit).toBe(3);
  });
});

test('version is this release, in words and as JSON', async () => {
  expect((await run('version')).out).toBe('counterfoil 1.2.3 (Node.js 24.1.0)\n');
  expect((await run('version --json')).json()).toEqual({ version: '1.2.3', node: '24.1.0' });
  expect((await run('--version')).out).toBe('1.2.3\n');
});

test('every exit code has its own number and is documented', () => {
  const codes = describeExitCodes();
  expect(codes.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 130]);
  for (const { meaning } of codes) expect(meaning).toMatch(/^[A-Z].*\.$/);
});
