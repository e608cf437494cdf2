import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import { Secret } from '../../kernel/secret.ts';
import { createLog, type LogFormat } from './create-log.ts';
import type { Log, LogLevel } from './log.ts';
import { withLogContext } from './log-context.ts';

const clock = { now: () => Date.UTC(2026, 10, 20, 9, 26, 53, 120) };

function captured(level: LogLevel = 'info', format: LogFormat = 'json') {
  const written: string[] = [];
  const log = createLog({ level, format, clock, destination: { write: (line) => written.push(line) } });
  return { log, text: () => written.join(''), lines: () => written.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  test('writes one object a line, with time, level, message and fields', () => {
    const { log, lines, text } = captured();
    log.info('webhook stored', { provider: 'stripe', bytes: 120, amount: 1_999n, at: new Date(0), none: null });
    expect(lines()).toEqual([
      {
        level: 'info',
        time: '2026-11-20T09:26:53.120Z',
        message: 'webhook stored',
        provider: 'stripe',
        bytes: 120,
        amount: '1999',
        at: '1970-01-01T00:00:00.000Z',
        none: null,
      },
    ]);
    expect(text().endsWith('}\n')).toBe(true);
  });

  test('leaves out what is below its level', () => {
    for (const [level, expected] of [
      ['debug', 4],
      ['info', 3],
      ['warn', 2],
      ['error', 1],
    ] as const) {
      const { log, lines } = captured(level);
      log.debug('d');
      log.info('i');
      log.warn('w');
      log.error('e');
      expect(lines()).toHaveLength(expected);
    }
  });

  test('adds the context of the work at hand, nested and across awaits, and keeps works apart', async () => {
    const { log, lines } = captured();
    const work = (tenantId: string) =>
      withLogContext({ requestId: `req-${tenantId}`, tenantId }, async () => {
        await Promise.resolve();
        withLogContext({ connectionId: `con_${tenantId}` }, () => log.info('inner'));
        await Promise.resolve();
        log.info('outer', { tenantId: `${tenantId}, overridden` });
      });
    await Promise.all([work('ten_a'), work('ten_b')]);
    log.info('outside');
    const at = (message: string) => lines().filter((line) => line.message === message);
    expect(at('inner')).toMatchObject([
      { requestId: 'req-ten_a', tenantId: 'ten_a', connectionId: 'con_ten_a' },
      { requestId: 'req-ten_b', tenantId: 'ten_b', connectionId: 'con_ten_b' },
    ]);
    expect(at('outer')[0]).toMatchObject({ tenantId: 'ten_a, overridden' });
    expect(at('outer')[0]).not.toHaveProperty('connectionId');
    expect(at('outside')[0]).not.toHaveProperty('tenantId');
  });

  test('says of an error its name, code, kind, outcome, message and causes, and nothing else', () => {
    const { log, lines } = captured();
    const driver = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@example.com)' });
    const error = new CounterfoilError('provider.timeout', { cause: driver, provider: { status: 504 } });
    log.error('a turn failed', { error });
    expect(lines()[0].error).toEqual({
      name: 'CounterfoilError',
      message: 'The provider did not answer in time.',
      code: 'provider.timeout',
      kind: 'retryable',
      outcome: 'unknown',
      provider: { status: 504 },
      cause: { name: 'Error', message: 'duplicate key', code: '23505' },
    });
  });

  test('shows stacks at debug level only', () => {
    for (const [level, expected] of [
      ['debug', true],
      ['info', false],
    ] as const) {
      const { log, text } = captured(level);
      log.error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
      expect(text().includes('create-log.test.ts')).toBe(expected);
    }
  });

  test('a field cannot pretend to be the time, the level or the message', () => {
    const { log, lines, text } = captured();
    log.warn('real', { message: 'false', level: 'info', time: 'yesterday' });
    expect(lines()[0]).toMatchObject({ message: 'real', level: 'warn', message_: 'false', level_: 'info' });
    expect(text().match(/"message":/g)).toHaveLength(1);
  });

  test('a loop, a great depth, a long list and a getter that throws do not harm', () => {
    const { log, lines } = captured();
    const loop: Record<string, unknown> = { name: 'loop' };
    loop.self = loop;
    const broken = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const causes = new Error('a');
    causes.cause = causes;
    log.info('odd', {
      loop,
      broken,
      causes,
      list: Array.from({ length: 1_000 }, (_, i) => i),
      fn: () => 1,
      map: new Map(),
    });
    const [line] = lines();
    expect(line.broken).toEqual({ x: '[unreadable]' });
    expect(line.list).toHaveLength(51);
    expect([line.fn, line.map]).toEqual(['[function]', '[Map]']);
    expect(JSON.stringify(line).length).toBeLessThan(5_000);
  });

  test('an object that refers to itself many times stays a line of moderate length', () => {
    const { log, text } = captured();
    const wide: Record<string, unknown> = {};
    for (let i = 0; i < 50; i += 1) wide[`self${i}`] = wide;
    log.info('wide', { wide });
    expect(text()).toContain('[more]');
    expect(text().length).toBeLessThan(100_000);
  });

  test('an output that fails does not stop the work', () => {
    const log = createLog({
      level: 'info',
      format: 'json',
      destination: {
        write: () => {
          throw new Error('closed');
        },
      },
    });
    expect(() => log.info('still here')).not.toThrow();
  });
});

describe('canary secrets', () => {
  const CANARY = 'Canary4242canary4242';
  const shaped = `sk_live_${CANARY}`;

  /** Plants the canary wherever a value can stand. */
  function plant(log: Log): void {
    const inside = Object.assign(new Error(`refused ${shaped}`, { cause: new Error(`Bearer ${CANARY}`) }), {
      code: shaped,
      config: { headers: { authorization: CANARY } },
      response: CANARY,
    });
    log.error(`message with ${shaped}`, {
      error: inside,
      failure: new CounterfoilError('provider.unauthorized', {
        detail: `answer: {"refresh_token":"${CANARY}"}`,
        field: shaped,
        provider: { code: shaped, requestId: shaped },
      }),
      text: `see https://x.test/cb?code=${CANARY}`,
      url: new URL(`https://user:${CANARY}@x.test/?token=${CANARY}`),
      secret: new Secret(CANARY),
      apiToken: CANARY,
      headers: { Authorization: `token ${CANARY}`, cookie: [CANARY], 'btcpay-sig': CANARY },
      nested: { deeper: [{ password: CANARY }, [`whsec_${CANARY}`], { clientSecret: { value: CANARY } }] },
      [shaped]: 'in a name',
      bytes: new TextEncoder().encode(CANARY),
      buffer: Buffer.from(shaped),
      number: parseJson('{"big": 1e400}'),
      map: new Map([[CANARY, CANARY]]),
      set: new Set([CANARY]),
      headersObject: new Headers({ authorization: CANARY }),
      form: new URLSearchParams({ client_secret: CANARY }),
      fn: () => CANARY,
      symbol: Symbol(CANARY),
      holder: new (class Holder {
        value = CANARY;
      })(),
      withJson: { toJSON: () => shaped },
      text2: JSON.stringify({ body: JSON.stringify({ access_token: CANARY }) }),
    });
    withLogContext({ requestId: shaped, tenantId: shaped, connectionId: shaped }, () => log.warn('in the context'));
    log.debug(`at debug ${shaped}`, { error: inside });
    log.info('long', { text: `${'x'.repeat(8_180)} ${shaped}`, stackless: new Error(shaped.repeat(3)) });
  }

  test.each([
    ['json', 'debug'],
    ['json', 'info'],
    ['pretty', 'debug'],
    ['pretty', 'info'],
  ] as const)('planted in every position do not appear in the %s log at level %s', (format, level) => {
    const { log, text } = captured(level, format);
    plant(log);
    const output = text();
    expect(output).toContain('[secret]');
    expect(output).toContain('in the context');
    for (const spelling of [
      CANARY,
      Buffer.from(CANARY).toString('hex'),
      Buffer.from(CANARY).toString('base64').slice(0, 24),
      encodeURIComponent(CANARY),
      CANARY.slice(0, 8),
      CANARY.slice(-8),
    ]) {
      expect(output.includes(spelling), spelling).toBe(false);
    }
  });
});

describe('lines for people', () => {
  test('show time, level, message and fields on one line', () => {
    const { log, text } = captured('info', 'pretty');
    log.warn('a connection needs its owner', {
      connectionId: 'con_1',
      code: 'provider.unauthorized',
      note: 'two words',
      empty: '',
      list: [1, 2],
      none: [],
      inner: { a: true },
    });
    expect(text()).toBe(
      '09:26:53.120 WARN  a connection needs its owner  connectionId=con_1  code=provider.unauthorized' +
        '  note="two words"  empty=""  list.0=1  list.1=2  none=[]  inner.a=true\n',
    );
  });

  test('cannot be forged or steered by text from outside', () => {
    const { log, text } = captured('info', 'pretty');
    const hostile = 'x\n09:26:53.120 ERROR forged\r\u001b[2J\u202e\u2028';
    log.info(hostile, { value: hostile, [hostile]: 1, error: new Error(hostile) });
    expect(text().match(/\n/g)).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text().slice(0, -1)).not.toMatch(/[\u0000-\u001f\u202e\u2028]/);
  });

  test('show stacks below the line, indented', () => {
    const { log, text } = captured('debug', 'pretty');
    const error = new Error('first\n09:26:53.120 ERROR forged');
    log.error('failed', { error });
    const [first, ...rest] = text().trimEnd().split('\n');
    expect(first).toContain('error.name=Error');
    expect(first).not.toContain('stack');
    expect(rest.length).toBeGreaterThan(2);
    for (const line of rest) expect(line).toMatch(/^ {4}\S/);
  });
});

test('lines of JSON keep control characters escaped', () => {
  const { log, text } = captured();
  log.info('a\nb\u001b[2J', { value: 'c\r\nd' });
  expect(text().match(/\n/g)).toHaveLength(1);
  expect(text()).not.toContain('\u001b');
});
