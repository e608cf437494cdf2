import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asOwner, rows, sql } from '../store/index.ts';
import { localKey } from './fixtures/local-key.ts';
import { type Populated, populated, textOf, type VaultProcess } from './fixtures/populated.ts';
import type { Rotation } from './rotation.ts';

const TENANTS = 10;
const CREDENTIALS = 1_000;
const [oldKey, newKey] = [localKey(1), localKey(2)];

let made: Populated;
beforeAll(async () => {
  made = await populated(oldKey, { tenants: TENANTS, credentials: CREDENTIALS });
}, 120_000);
afterAll(() => made.close());

const asked = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.test.owner, (tx) => rows<R>(tx, statement));

function run(onProgress: (rotation: Rotation) => void = () => {}) {
  return { signal: new AbortController().signal, onProgress };
}

/** Reads and replaces credentials until it is told to stop; answers what went wrong and what was written last. */
function traffic(process: VaultProcess, seed: number) {
  const written = new Map<string, string>();
  const failures: unknown[] = [];
  let isOver = false;
  let calls = 0;
  const work = (async () => {
    for (let i = seed; !isOver; i += 7) {
      const place = made.places[i % made.places.length]!;
      try {
        if (i % 3 === 0) {
          const text = `${textOf(place)} newer ${i}`;
          await process.store(place, text);
          written.set(`${place.connectionId} ${place.field}`, text);
        } else if ((await process.load(place)) === undefined) failures.push(new Error('lost'));
        calls += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await work;
      return { failures, written, calls };
    },
  };
}

describe('10,000 credentials under traffic', () => {
  test('get new data keys by two workers at once, and no call fails', { timeout: 120_000 }, async () => {
    const before = await asked(sql<{ version: number }>`select distinct version from data_keys order by 1`);
    expect(before).toEqual([{ version: 1 }]);
    const users = [traffic(made.process(oldKey), 0), traffic(made.process(oldKey), 1)];
    const seen: Rotation[] = [];
    const workers = [made.process(oldKey), made.process(oldKey)];
    await Promise.all(
      workers.map(({ admin }) => admin.rotate({ kind: 'data_keys', ...run((rotation) => seen.push(rotation)) })),
    );
    const done = await Promise.all(users.map((user) => user.stop()));
    expect(done.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { calls } of done) expect(calls).toBeGreaterThan(50);
    expect(seen.some(({ done, total }) => done > 0 && done < total)).toBe(true);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
    const after = await asked(
      sql<{
        version: number;
        count: number;
      }>`select key_version as version, count(*)::integer as count from credentials group by 1 order by 1`,
    );
    expect(after).toEqual([{ version: 2, count: TENANTS * CREDENTIALS }]);
    expect(await asked(sql`select distinct version from data_keys order by 1`)).toEqual([{ version: 2 }]);
    await expectAllReadable(made.process(oldKey), done);
  });

  test('are opened by a new key-encryption key; both are valid until the old one is retired', {
    timeout: 120_000,
  }, async () => {
    const users = [traffic(made.process(oldKey), 2), traffic(made.process(oldKey, newKey), 3)];
    const worker = made.process(oldKey, newKey).admin;
    const { rotation, keyId } = await worker.rotate({ kind: 'key_encryption_key', ...run() });
    expect(rotation).toMatchObject({ total: TENANTS, done: TENANTS, unreadable: 0, finishedAt: expect.any(Number) });
    expect(keyId).toBe(newKey.keyId);
    users.push(traffic(made.process(newKey), 4));
    await made.process(newKey).load(made.places[5]!);
    const done = await Promise.all(users.map((user) => user.stop()));
    expect(done.flatMap(({ failures }) => failures)).toEqual([]);
    expect((await worker.status()).keys.map(({ role, dataKeys }) => [role, dataKeys])).toEqual([
      ['in_use', TENANTS],
      ['next', TENANTS],
    ]);

    expect(await worker.retireOld()).toBe(newKey.keyId);
    expect(await asked(sql`select distinct key_id from data_key_wraps order by 1`)).toEqual([{ key_id: newKey.keyId }]);
    await expect(made.process(oldKey).load(made.places[0]!)).rejects.toMatchObject({
      code: 'vault.key_wrong',
      message: expect.stringContaining(`needs key ${newKey.keyId}`),
    });
    await expectAllReadable(made.process(newKey), []);
  });
});

async function expectAllReadable(
  process: VaultProcess,
  done: readonly { readonly written: ReadonlyMap<string, string> }[],
): Promise<void> {
  for (const [i, place] of made.places.entries()) {
    const name = `${place.connectionId} ${place.field}`;
    const written = done.map((one) => one.written.get(name)).filter((text) => text !== undefined);
    // A sample of those nobody wrote; every one that was written.
    if (written.length === 0 && i % 20 !== 0) continue;
    const text = await process.load(place);
    if (written.length > 0) expect(written).toContain(text);
    else expect(text?.startsWith(textOf(place))).toBe(true);
  }
}
