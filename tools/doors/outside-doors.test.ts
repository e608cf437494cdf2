import { describe, expect, test } from 'vitest';
import { outsideDoors } from './outside-doors.ts';
import { parse } from './source-file.ts';

const PLACE = 'src/hub/sync/run.ts';

function rulesIn(text: string, path = PLACE): string[] {
  return outsideDoors(parse(path, text)).map(({ rule }) => rule);
}

describe('time', () => {
  test.each([
    'const now = Date.now();',
    'read({ now: Date.now });',
    'const today = new Date();',
    'const today = new Date;',
    'const today = Date();',
    'setTimeout(tick, 5);',
    'const wait = setInterval;',
    'globalThis.setTimeout(tick, 5);',
    'const start = performance.now();',
    "const now = Date['now']();",
    'const { now } = Date;',
    'const signal = AbortSignal.timeout(100);',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import { performance } from 'perf_hooks';",
  ])('%s is found', (text) => {
    expect(rulesIn(text)).toEqual(['time']);
  });

  test.each([
    'const then = new Date(instant);',
    'socket.setTimeout(5);',
    'const later = { setTimeout: 5 };',
    'function run(setTimeout: Wait) { setTimeout(5); }',
    'const run = ({ setTimeout }: Doors) => setTimeout(5);',
    'type Timer = ReturnType<typeof setTimeout>;',
    '// Date.now() is not for us',
    "const text = 'Date.now()';",
    'clearTimeout(timer);',
  ])('%s is nothing', (text) => {
    expect(rulesIn(text)).toEqual([]);
  });

  test('belongs to the clock and to the edge of the sandbox', () => {
    expect(rulesIn('Date.now();', 'src/kernel/clock.ts')).toEqual([]);
    expect(rulesIn('Date.now();', 'sandbox/src/http/server.ts')).toEqual([]);
    expect(rulesIn('Date.now();', 'sandbox/src/stripe/payout.ts')).toEqual(['time']);
  });

  test('may be real in tests', () => {
    expect(rulesIn('Date.now();', 'src/hub/sync/run.test.ts')).toEqual([]);
    expect(rulesIn('Date.now();', 'src/hub/sync/fixtures/server.ts')).toEqual([]);
  });
});

describe('chance', () => {
  test.each([
    'const jitter = Math.random();',
    "import { randomBytes } from 'node:crypto';",
    "import { createHash, randomUUID as id } from 'crypto';",
    'const id = crypto.randomUUID();',
    "import crypto from 'node:crypto';\ncrypto.randomBytes(8);",
  ])('%s is found', (text) => {
    expect(rulesIn(text)).toEqual(['chance']);
  });

  test('of a door that is handed in is nothing', () => {
    expect(rulesIn('const nonce = doors.randomBytes(8);')).toEqual([]);
    expect(rulesIn("import { createHash } from 'node:crypto';")).toEqual([]);
  });

  test('belongs to kernel/random and kernel/ids', () => {
    expect(rulesIn("import { randomBytes } from 'node:crypto';", 'src/kernel/random.ts')).toEqual([]);
    expect(rulesIn('Math.random();', 'src/kernel/money.ts')).toEqual(['chance']);
  });
});

describe('environment', () => {
  test.each([
    'process.env.HOME;',
    "process['env'];",
    'const { env } = process;',
    "import { env } from 'node:process';",
  ])('%s is found', (text) => {
    expect(rulesIn(text)).toEqual(['environment']);
  });

  test('belongs to platform/config and the command line of the sandbox', () => {
    expect(rulesIn('process.env;', 'src/platform/config/environment.ts')).toEqual([]);
    expect(rulesIn('process.env;', 'sandbox/src/cli.ts')).toEqual([]);
    expect(rulesIn('process.env;', 'sandbox/src/http/server.ts')).toEqual(['environment']);
  });
});

describe('network', () => {
  test('is reached by platform/transport only', () => {
    expect(rulesIn("await fetch('https://example.com');")).toEqual(['network']);
    expect(rulesIn("await fetch('https://example.com');", 'src/platform/transport/socket-wire.ts')).toEqual([]);
  });

  test('is not what a door with the same name is', () => {
    expect(rulesIn('provider.fetch(request);')).toEqual([]);
    expect(rulesIn('const provider = { fetch: answer };')).toEqual([]);
    expect(rulesIn('class Provider { fetch(request: Request) {} }')).toEqual([]);
  });
});

test('the line of a finding is the line of the use', () => {
  expect(outsideDoors(parse(PLACE, '\n\nconst now = Date.now();'))).toEqual([
    { path: PLACE, line: 3, rule: 'time', message: 'Date.now: use the Clock that is handed in', severity: 'error' },
  ]);
});
