import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { idMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { asOwner, sql } from '../store/index.ts';
import type { CredentialPlace } from './credentials.ts';
import { localKey } from './fixtures/local-key.ts';
import { type Populated, populated, textOf } from './fixtures/populated.ts';
import { keyringOf } from './keyring.ts';
import { rotateKey } from './rotate-key.ts';
import { shredDataKeys } from './shred.pg.ts';

const [key, otherKey] = [localKey(1), localKey(2)];
const quiet = { signal: new AbortController().signal, onProgress: () => {} };

let made: Populated;
let first: CredentialPlace;
let second: CredentialPlace;
let stranger: CredentialPlace;
beforeAll(async () => {
  made = await populated(key, { tenants: 3, credentials: 2 });
});
afterAll(() => made.close());
beforeEach(async () => {
  [first, second, stranger] = [made.places[0]!, made.places[1]!, made.places[2]!];
  for (const place of [first, second, stranger]) await made.process(key).store(place, textOf(place));
});

const change = (statement: ReturnType<typeof sql>) =>
  asOwner(made.test.owner, async (tx) => void (await statement.execute(tx)));
const read = (place: CredentialPlace) => made.process(key).load(place);

/** Both rows keep their place and get the other's ciphertext. */
const swap = (a: CredentialPlace, b: CredentialPlace) =>
  change(sql`update credentials set ciphertext = other.ciphertext, key_version = other.key_version
    from credentials other where (credentials.connection_id, credentials.field, other.connection_id, other.field)
      in ((${a.connectionId}, ${a.field}, ${b.connectionId}, ${b.field}), (${b.connectionId}, ${b.field}, ${a.connectionId}, ${a.field}))`);

describe('what was done to the stored rows', () => {
  test('a ciphertext swapped between tenants is refused on both sides, and says so', async () => {
    await swap(first, stranger);
    for (const place of [first, stranger])
      await expect(read(place)).rejects.toMatchObject({
        code: 'vault.misplaced',
        message: expect.stringContaining('was sealed for another tenant, row, field or key version'),
      });
  });

  test('a ciphertext swapped between fields is refused on both sides', async () => {
    await swap(first, second);
    for (const place of [first, second]) await expect(read(place)).rejects.toMatchObject({ code: 'vault.misplaced' });
  });

  test('swapped together with the data keys of both tenants it is refused as well', async () => {
    await change(sql`update data_key_wraps set wrapped = other.wrapped from data_key_wraps other
      where (data_key_wraps.tenant_id, other.tenant_id) in ((${first.tenantId}, ${stranger.tenantId}), (${stranger.tenantId}, ${first.tenantId}))`);
    await expect(read(first)).rejects.toMatchObject({
      code: 'vault.misplaced',
      message: expect.stringContaining('data key'),
    });
    await change(sql`update data_key_wraps set wrapped = other.wrapped from data_key_wraps other
      where (data_key_wraps.tenant_id, other.tenant_id) in ((${first.tenantId}, ${stranger.tenantId}), (${stranger.tenantId}, ${first.tenantId}))`);
    expect(await read(first)).toBe(textOf(first));
  });

  test.each(['credentials.ciphertext', 'data_key_wraps.wrapped'])(
    'a changed byte of %s is refused and named',
    async (at) => {
      const [table, column] = at.split('.') as [string, string];
      const flip = sql`update ${sql.table(table)} set ${sql.ref(column)} = set_byte(${sql.ref(column)}, 30, get_byte(${sql.ref(column)}, 30) # 1)
      where tenant_id = ${first.tenantId}`;
      await change(flip);
      await expect(read(first)).rejects.toMatchObject({ code: 'vault.tampered' });
      await change(flip);
      expect(await read(first)).toBe(textOf(first));
    },
  );

  test('a data key that is not there is told by its version', async () => {
    await change(sql`alter table credentials drop constraint credentials_tenant_id_key_version_fkey`);
    await change(sql`update credentials set key_version = 7 where connection_id = ${first.connectionId}`);
    await expect(read(first)).rejects.toMatchObject({
      code: 'vault.data_key_gone',
      message: expect.stringContaining('Data key 7'),
    });
    await change(sql`update credentials set key_version = 1`);
  });

  test('another key is refused with the key that is needed', async () => {
    await expect(made.process(otherKey).load(first)).rejects.toMatchObject({
      code: 'vault.key_wrong',
      message: `Data key 1 of tenant ${first.tenantId} needs key ${key.keyId}; this process has ${otherKey.keyId}.`,
    });
  });
});

describe('a rotation', () => {
  test('leaves what does not open as it is, says how much, and keeps the key that it needs', async () => {
    await swap(first, second);
    const { rotation } = await made.process(key).admin.rotate({ kind: 'data_keys', ...quiet });
    expect(rotation).toMatchObject({ unreadable: 2, finishedAt: expect.any(Number), total: 6, done: 4 });
    await swap(first, second);
    expect([await read(first), await read(second), await read(stranger)]).toEqual(
      [first, second, stranger].map(textOf),
    );
  });

  test('to a second key is refused while one to another key is under way', async () => {
    const { database } = made.test;
    const cut = { signal: AbortSignal.abort(), onProgress: () => {} };
    const doors = {
      database,
      keyring: keyringOf(key),
      clock: systemClock,
      random: systemRandom,
      makeId: idMaker(systemClock, systemRandom),
      record: async () => {},
    };
    const begun = await rotateKey(doors, { provider: otherKey, origin: 'test', parameters: null }, cut);
    expect(begun.finishedAt).toBeNull();
    const third = made.process(key, localKey(3)).admin;
    await expect(third.rotate({ kind: 'key_encryption_key', ...quiet })).rejects.toMatchObject({
      code: 'vault.rotation_open',
      message: expect.stringContaining(otherKey.keyId),
    });
    await expect(made.process(key, otherKey).admin.retireOld()).rejects.toMatchObject({ code: 'vault.rotation_open' });
    expect(await read(stranger)).toBe(textOf(stranger));
    await made.process(key, otherKey).admin.rotate({ kind: 'key_encryption_key', ...quiet });
  });
});

describe('a shredded tenant', () => {
  test('is unreadable for ever, also where its key is in memory, and others are not touched', async () => {
    const process = made.process(key);
    expect(await process.load(stranger)).toBe(textOf(stranger));
    const shred = () =>
      made.test.database.tenant(stranger.tenantId, (tx) =>
        shredDataKeys(
          tx,
          [{ table: 'credentials', role: 'app', key: [], place: () => ({ table: '', rowId: '', field: '' }) }],
          stranger.tenantId,
          systemClock,
        ),
      );
    expect(await shred()).toMatchObject({ dataKeys: expect.any(Number), values: 2 });
    await expect(process.load(stranger)).rejects.toMatchObject({
      code: 'vault.shredded',
      message: expect.stringMatching(/was destroyed on \d{4}-\d\d-\d\d; what it sealed cannot be read ever again/),
    });
    await expect(made.process(key, otherKey).load(stranger)).rejects.toMatchObject({ code: 'vault.shredded' });
    expect(await process.load(first)).toBe(textOf(first));
    expect(await shred()).toEqual({ dataKeys: 0, values: 2 });
    const owned = asOwner(made.test.owner, (tx) =>
      sql`select 1 from data_key_wraps where tenant_id = ${stranger.tenantId}`.execute(tx),
    );
    expect((await owned).rows).toEqual([]);
  });

  test('gets a new data key when it stores a credential again, and what was there stays unreadable', async () => {
    const process = made.process(key);
    await process.store(stranger, 'sandbox, connected again');
    expect(await process.load(stranger)).toBe('sandbox, connected again');
    await expect(process.load(made.places[3]!)).rejects.toMatchObject({ code: 'vault.shredded' });
  });
});
