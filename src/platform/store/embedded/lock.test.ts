import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../kernel/random.ts';
import { type DataDirectoryLock, type LockDoors, lockDataDirectory } from './lock.ts';
import type { LockRecord } from './lock-record.ts';
import { lookUpProcess, type ProcessLife } from './process-start.ts';

const LOCK = 'counterfoil.lock';
/** Above the largest process id that Linux gives (2^22). */
const DEAD_PID = 99_999_999;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Time that passes only when somebody waits. */
function doors(overrides: Partial<LockDoors> = {}): LockDoors & { waited_ms: () => number } {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const clock = { now: () => now, sleep };
  return { clock, randomBytes: seededRandom(1).bytes, waited_ms: () => now, ...overrides };
}

function leave(name: string, record: Partial<LockRecord>): Promise<void> {
  const whole = { pid: DEAD_PID, start: 'boot/1', nonce: 'aa', since: '2026-11-20T00:00:00.000Z', ...record };
  return writeFile(join(dir, name), JSON.stringify(whole));
}

const refusal = { code: 'data_directory.locked' };

describe('a data directory', () => {
  test('is made when missing, closed to others, and names its holder', async () => {
    const lock = await lockDataDirectory(join(dir, 'a', 'b'), doors());
    const record = JSON.parse(await readFile(join(dir, 'a', 'b', LOCK), 'utf8'));
    expect(record).toMatchObject({ pid: process.pid, since: '1970-01-01T00:00:00.000Z' });
    expect((await stat(join(dir, 'a', 'b'))).mode & 0o066).toBe(0);
    await lock.release();
  });

  test('is free again after release, with nothing left, and a second release does not free the next holder', async () => {
    const first = await lockDataDirectory(dir, doors());
    await first.release();
    expect(await readdir(dir)).toEqual([]);
    await lockDataDirectory(dir, doors());
    await first.release();
    expect(await readdir(dir)).toEqual([LOCK]);
  });

  test('in use is refused at once, naming process and way out, and nothing changes', async () => {
    const shared = doors();
    await lockDataDirectory(dir, shared);
    const before = await readFile(join(dir, LOCK), 'utf8');
    await expect(lockDataDirectory(dir, shared)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(new RegExp(`${process.pid}.*Stop that process`)),
    });
    expect(shared.waited_ms()).toBe(0);
    expect(await readFile(join(dir, LOCK), 'utf8')).toBe(before);
    expect(await readdir(dir)).toEqual([LOCK]);
  });

  test('left by a killed process is taken over', async () => {
    await leave(LOCK, { pid: DEAD_PID });
    await lockDataDirectory(dir, doors());
    expect(JSON.parse(await readFile(join(dir, LOCK), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(dir)).toEqual([LOCK]);
  });

  test('left by a killed process whose id is used again is taken over', async () => {
    await leave(LOCK, { pid: process.pid, start: 'another boot/12345' });
    await expect(lockDataDirectory(dir, doors())).resolves.toBeDefined();
  });

  test('held by a process whose start cannot be read counts as in use', async () => {
    await leave(LOCK, { pid: 4242 });
    const lookUp = async (): Promise<ProcessLife> => ({ running: true, start: undefined });
    await expect(lockDataDirectory(dir, doors({ lookUp }))).rejects.toMatchObject(refusal);
  });

  test('with a lock file that a power cut emptied is taken over', async () => {
    await writeFile(join(dir, LOCK), '');
    await expect(lockDataDirectory(dir, doors())).resolves.toBeDefined();
  });

  test('is taken over although an earlier takeover was killed half-way, twice', async () => {
    await leave(LOCK, { nonce: 'aa' });
    await leave(`${LOCK}.after-aa`, { nonce: 'bb' });
    await leave(`${LOCK}.after-aa.after-bb`, { nonce: 'cc' });
    await leave(`${LOCK}.dd.draft`, { nonce: 'dd' });
    await lockDataDirectory(dir, doors());
    expect(await readdir(dir)).toEqual([LOCK]);
  });

  test('that a live process is taking over is waited for, then refused', async () => {
    await leave(LOCK, { nonce: 'aa' });
    await leave(`${LOCK}.after-aa`, { nonce: 'bb', pid: 4242 });
    const lookUp = async (pid: number): Promise<ProcessLife> =>
      pid === 4242 ? { running: true, start: 'boot/1' } : lookUpProcess(pid);
    const shared = doors({ lookUp });
    await expect(lockDataDirectory(dir, shared)).rejects.toMatchObject(refusal);
    expect(shared.waited_ms()).toBeGreaterThanOrEqual(1_000);
  });

  test('a file in its place is refused with the reason', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(lockDataDirectory(join(dir, 'file', 'data'), doors())).rejects.toMatchObject({
      code: 'data_directory.unusable',
      message: expect.stringContaining('not a directory'),
    });
  });
});

describe('of many starters at once', () => {
  async function winners(count: number): Promise<DataDirectoryLock[]> {
    const starts = Array.from({ length: count }, (_, seed) =>
      lockDataDirectory(dir, doors({ randomBytes: seededRandom(seed).bytes })),
    );
    const results = await Promise.allSettled(starts);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(refusal);
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  test('exactly one gets a free directory', async () => {
    expect(await winners(20)).toHaveLength(1);
    expect(await readdir(dir)).toEqual([LOCK]);
  });

  test('exactly one takes over a stale lock, round after round', async () => {
    for (let round = 0; round < 10; round++) {
      await leave(LOCK, { nonce: `a${round}` });
      expect(await winners(10)).toHaveLength(1);
      expect(await readdir(dir)).toEqual([LOCK]);
    }
  });

  test('a slow one that saw a lock which is long gone does not take the lock of another', async () => {
    await leave(LOCK, { nonce: 'aa' });
    let takenMeanwhile = false;
    const lookUp = async (pid: number): Promise<ProcessLife> => {
      if (pid === DEAD_PID && !takenMeanwhile) {
        takenMeanwhile = true;
        await lockDataDirectory(dir, doors({ randomBytes: seededRandom(99).bytes }));
      }
      return lookUpProcess(pid);
    };
    await expect(lockDataDirectory(dir, doors({ lookUp }))).rejects.toMatchObject(refusal);
    expect(takenMeanwhile).toBe(true);
  });
});
