import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TEST_PASSWORDS } from '../../../test/support/test-server.ts';
import { asOwner, rows, sql } from '../store/index.ts';
import { localKey } from './fixtures/local-key.ts';
import { type Populated, populated, textOf } from './fixtures/populated.ts';

const SEED = 1;
const TENANTS = 4;
const CREDENTIALS = 500;
const program = fileURLToPath(new URL('fixtures/rotate-process.ts', import.meta.url));

let made: Populated;
beforeEach(async () => {
  made = await populated(localKey(SEED), { tenants: TENANTS, credentials: CREDENTIALS });
});
afterEach(() => made.close());

interface Line {
  readonly id?: string;
  readonly done?: number;
  readonly finished?: boolean;
}

function rotating(): { readonly child: ChildProcess; readonly lines: AsyncGenerator<Line> } {
  const { host, port, database } = made.test.owner;
  const options = { host, port, database, ssl: false, passwords: TEST_PASSWORDS, appConnections: 4 };
  const child = spawn(process.execPath, [program, JSON.stringify(options), String(SEED)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, lines: linesOf(child) };
}

async function* linesOf(child: ChildProcess): AsyncGenerator<Line> {
  let text = '';
  for await (const chunk of child.stdout!) {
    const parts = (text + chunk).split('\n');
    text = parts.pop()!;
    for (const part of parts) yield JSON.parse(part) as Line;
  }
}

test('kill -9 at any batch loses nothing, and whoever comes next goes on with the same rotation', async () => {
  const ids = new Set<string>();
  // After this many progress lines: before anything, in the first tenant, between tenants.
  for (const patience of [1, 3, 4]) {
    const { child, lines } = rotating();
    let seen = 0;
    for await (const { id } of lines) {
      if (id) ids.add(id);
      seen += 1;
      if (seen === patience) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    const { rotations } = await made.process(localKey(SEED)).admin.status();
    expect(rotations).toMatchObject([{ kind: 'data_keys', finishedAt: null }]);
    await expectAllReadable();
  }
  const { lines } = rotating();
  const said: Line[] = [];
  for await (const line of lines) said.push(line);
  for (const { id } of said) if (id) ids.add(id);
  expect(said.at(-1)).toEqual({ finished: true });
  expect(ids.size).toBe(1);
  await expectAllReadable();
  const asked = await asOwner(made.test.owner, (tx) =>
    rows<{ version: number; count: number }>(
      tx,
      sql`select key_version as version, count(*)::integer as count from credentials group by 1 order by 1`,
    ),
  );
  expect(asked).toEqual([{ version: 2, count: TENANTS * CREDENTIALS }]);
  const left = await asOwner(made.test.owner, (tx) => rows(tx, sql`select distinct version from data_keys order by 1`));
  expect(left).toEqual([{ version: 2 }]);
});

async function expectAllReadable(): Promise<void> {
  const { load } = made.process(localKey(SEED));
  for (const place of made.places.filter((_, i) => i % 25 === 0)) expect(await load(place)).toBe(textOf(place));
}
