import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom, systemRandom } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { keyIdOf } from './local-key-provider.ts';
import { type MasterKeySources, masterKeyPath, openMasterKey } from './open-master-key.ts';
import type { KeyRecord } from './vault-store.ts';

const written = Buffer.from(seededRandom(1).bytes(32)).toString('base64');

let parent: string;
let dataDir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'counterfoil-vault-'));
  dataDir = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function sources(changes: Partial<MasterKeySources> = {}): MasterKeySources {
  return { dataDir, given: undefined, registered: async () => [], random: systemRandom, ...changes };
}

async function writeKeyFile(text: string, mode = 0o600): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(masterKeyPath(dataDir), text);
  await chmod(masterKeyPath(dataDir), mode);
}

function keyRecord(keyId: string): KeyRecord {
  const rest = { provider: 'local', parameters: null, wrappedSecret: null, registeredAt: 0, retiredAt: null } as const;
  return { keyId, checkValue: new Uint8Array(), ...rest };
}

describe('the first start', () => {
  test('makes a key of 32 bytes that only its owner can read, and the next start finds it', async () => {
    const first = await openMasterKey(sources());
    expect(first.origin).toBe(masterKeyPath(dataDir));
    expect((await stat(first.origin)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(first.origin, 'utf8'), 'base64')).toHaveLength(32);
    const second = await openMasterKey(sources());
    expect(second.key.export()).toEqual(first.key.export());
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  test('of many processes at once, all get the same key', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => openMasterKey(sources())));
    expect(new Set(keys.map(({ key }) => keyIdOf(key))).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  test('is not hindered by what holds no data', async () => {
    await mkdir(join(dataDir, 'lost+found'), { recursive: true });
    await writeFile(join(dataDir, 'counterfoil.lock'), '{}');
    await writeFile(join(dataDir, 'api.token'), 'x');
    await writeFile(join(dataDir, 'master.key.0011.draft'), 'cut');
    expect((await openMasterKey(sources())).origin).toBe(masterKeyPath(dataDir));
  });

  test('with a key from the environment writes no file', async () => {
    const key = await openMasterKey(
      sources({ given: { secret: new Secret(written), origin: 'COUNTERFOIL_MASTER_KEY' } }),
    );
    expect(key.origin).toBe('COUNTERFOIL_MASTER_KEY');
    expect(key.key.export().toString('base64')).toBe(written);
    await expect(readdir(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a missing key over existing data', () => {
  test('stops the start, names the key that the database needs and makes none', async () => {
    const registered = async () => [keyRecord('local-0123456789abcdef')];
    const error = await openMasterKey(sources({ registered })).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_missing' });
    expect(error.message).toContain('need key local-0123456789abcdef');
    expect(error.message).toContain('COUNTERFOIL_MASTER_KEY and COUNTERFOIL_MASTER_KEY_FILE are not set');
    expect(error.message).toContain(`${masterKeyPath(dataDir)} does not exist`);
    expect(error.message).toContain('No new key was made');
    await expect(readdir(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('stops the start when only the data directory is in use', async () => {
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    const error = await openMasterKey(sources()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_missing' });
    expect(error.message).toContain('it holds postgres');
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  test('is not reported when another process makes the key and the data meanwhile', async () => {
    const registered = async () => {
      await writeKeyFile(written);
      await mkdir(join(dataDir, 'postgres'));
      return [];
    };
    const key = await openMasterKey(sources({ registered }));
    expect(key.key.export().toString('base64')).toBe(written);
  });

  test('a database that cannot be asked stops the start without a key', async () => {
    const registered = async () => {
      throw new Error('no answer');
    };
    await expect(openMasterKey(sources({ registered }))).rejects.toThrow('no answer');
    await expect(readdir(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a key file', () => {
  test.each([0o640, 0o604, 0o660, 0o610, 0o644])(
    'with mode %o is refused, with the command that helps',
    async (mode) => {
      await writeKeyFile(written, mode);
      const error = await openMasterKey(sources()).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'data_directory.unusable' });
      expect(error.message).toContain(`chmod 600 ${masterKeyPath(dataDir)}`);
      expect(error.message).not.toContain(written);
    },
  );

  test.each([0o600, 0o400])('with mode %o is taken', async (mode) => {
    await writeKeyFile(written, mode);
    expect((await openMasterKey(sources())).key.export().toString('base64')).toBe(written);
  });

  test('that is a link to a readable file is refused', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(parent, 'elsewhere'), written);
    await chmod(join(parent, 'elsewhere'), 0o644);
    await symlink(join(parent, 'elsewhere'), masterKeyPath(dataDir));
    await expect(openMasterKey(sources())).rejects.toMatchObject({ code: 'data_directory.unusable' });
  });

  test.each([
    ['', 'nothing'],
    ['AAAA', 'too short a text'],
    ['correct horse battery staple', 'a passphrase'],
  ])('with %j is refused and left as it is', async (text) => {
    await writeKeyFile(text);
    const error = await openMasterKey(sources()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_wrong' });
    expect(error.message).toContain('32 bytes as base64');
    expect(await readFile(masterKeyPath(dataDir), 'utf8')).toBe(text);
  });

  test('that is far too large is not read', async () => {
    await writeKeyFile('A'.repeat(5_000));
    await expect(openMasterKey(sources())).rejects.toMatchObject({ code: 'data_directory.unusable' });
  });

  test('a malformed key from the environment is refused by the name of its variable, without its value', async () => {
    const given = { secret: new Secret('not a key at all'), origin: 'COUNTERFOIL_MASTER_KEY' };
    const error = await openMasterKey(sources({ given })).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'vault.key_wrong' });
    expect(error.message).toContain('COUNTERFOIL_MASTER_KEY');
    expect(error.message).not.toContain('not a key at all');
  });
});
