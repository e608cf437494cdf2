import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeLibraryLinks } from './library-links.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'links-'));
  await mkdir(join(root, 'native', 'lib'), { recursive: true });
  await writeFile(join(root, 'native', 'lib', 'libx.so.5.18'), 'library');
  const links = ['libx.so', 'libx.so.5'].map((it) => ({
    source: 'native/lib/libx.so.5.18',
    target: `native/lib/${it}`,
  }));
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('missing library links are made, relative to their directory, and present ones are left', async () => {
  await symlink('elsewhere', join(root, 'native', 'lib', 'libx.so'));
  await makeLibraryLinks(root, 'package');
  expect(await readlink(join(root, 'native', 'lib', 'libx.so.5'))).toBe('libx.so.5.18');
  expect(await readFile(join(root, 'native', 'lib', 'libx.so.5'), 'utf8')).toBe('library');
  expect(await readlink(join(root, 'native', 'lib', 'libx.so'))).toBe('elsewhere');
});

test('links that cannot be made are an error that names the command to run', async () => {
  await rm(join(root, 'native', 'lib'), { recursive: true });
  await expect(makeLibraryLinks(root, '@scope/package')).rejects.toMatchObject({
    code: 'postgres.start_failed',
    message: expect.stringContaining('npm rebuild @scope/package'),
  });
});

test('a package without a list of links needs none', async () => {
  await rm(join(root, 'native', 'pg-symlinks.json'));
  await expect(makeLibraryLinks(root, 'package')).resolves.toBeUndefined();
});
