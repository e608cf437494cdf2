import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseUser } from './choose-user.ts';

const isRoot = process.getuid?.() === 0;

let dir: string;
let accounts: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'user-'));
  accounts = join(dir, 'passwd');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const ROOT_LINE = 'root:x:0:0:root:/root:/bin/bash\n';
const NOBODY_LINE = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n';

test('the account postgres is preferred to nobody', async () => {
  await writeFile(accounts, `${ROOT_LINE}${NOBODY_LINE}postgres:x:101:104:PostgreSQL:/var/lib:/bin/bash\n`);
  expect(await chooseUser([join(dir, 'missing')], accounts)).toEqual({ uid: 101, gid: 104 });
});

test('nobody is taken when there is no postgres', async () => {
  await writeFile(accounts, `${ROOT_LINE}${NOBODY_LINE}`);
  expect(await chooseUser([], accounts)).toEqual({ uid: 65534, gid: 65533 });
});

test('an account postgres that is root is passed over', async () => {
  await writeFile(accounts, `postgres:x:0:0::/:/bin/sh\n${NOBODY_LINE}`);
  expect(await chooseUser([], accounts)).toEqual({ uid: 65534, gid: 65533 });
});

test('a system without accounts still has an unprivileged id', async () => {
  expect(await chooseUser([], join(dir, 'missing'))).toEqual({ uid: 65534, gid: 65534 });
});

test.runIf(isRoot)('the owner of an existing directory is kept unless it is root', async () => {
  await writeFile(accounts, NOBODY_LINE);
  const [ofRoot, ofUser] = [join(dir, 'root'), join(dir, 'user')];
  await mkdir(ofRoot);
  await mkdir(ofUser);
  await chown(ofUser, 4321, 1234);
  expect(await chooseUser([ofRoot, ofUser], accounts)).toEqual({ uid: 4321, gid: 1234 });
  expect(await chooseUser([ofRoot], accounts)).toEqual({ uid: 65534, gid: 65533 });
});
