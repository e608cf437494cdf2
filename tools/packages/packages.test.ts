import { describe, expect, test } from 'vitest';
import { licenceProblems } from './licences.ts';
import { type LockedPackage, lockfileProblems } from './lockfile.ts';
import { manifestProblems } from './manifest.ts';

const FINE: LockedPackage = { version: '1.0.0', license: 'MIT', integrity: 'sha512-abc' };

function lockfile(changes: Partial<LockedPackage>, path = 'node_modules/acme') {
  return { lockfileVersion: 3, packages: { '': { version: '0.1.0' }, [path]: { ...FINE, ...changes } } };
}

describe('licences', () => {
  test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'MIT AND ISC', '(BSD-3-Clause AND (MIT OR Apache-2.0))'])(
    '%s ships',
    (license) => {
      expect(licenceProblems(lockfile({ license }))).toEqual([]);
    },
  );

  test.each([
    'GPL-3.0-only',
    'MPL-2.0',
    'MIT AND GPL-3.0',
    'SEE LICENSE IN LICENSE',
    '',
    'mit',
    '(MIT OR ISC) AND (GPL-3.0)',
  ])('%j does not', (license) => {
    expect(licenceProblems(lockfile({ license }))).toEqual([`node_modules/acme@1.0.0: licence ${license}`]);
  });

  test('a package that states none does not ship', () => {
    const { license: _, ...silent } = FINE;
    const packages = { 'node_modules/acme': silent };
    expect(licenceProblems({ lockfileVersion: 3, packages })).toEqual(['node_modules/acme@1.0.0: licence not stated']);
  });

  test('development tools and our own workspaces are not asked', () => {
    expect(licenceProblems(lockfile({ license: 'MPL-2.0', dev: true }))).toEqual([]);
    expect(licenceProblems(lockfile({ license: '', link: true }))).toEqual([]);
  });
});

describe('the lockfile', () => {
  test('names no host and pins every content', () => {
    expect(lockfileProblems(lockfile({}))).toEqual([]);
    expect(lockfileProblems(lockfile({ resolved: 'sandbox', link: true, integrity: '' }))).toEqual([]);
  });

  test.each([
    ['https://npm.example.com/acme-1.0.0.tgz', 'npm.example.com'],
    ['https://user:word@npm.example.com:8443/acme.tgz?token=abc', 'npm.example.com:8443'],
    ['git+ssh://git@git.example.com/acme.git#abc', 'git.example.com'],
    ['file:../acme.tgz', 'file:'],
  ])('%s is found, without what is secret in it', (resolved, host) => {
    expect(lockfileProblems(lockfile({ resolved }))).toEqual([`node_modules/acme comes from ${host}`]);
  });

  test('content that nothing verifies is found', () => {
    expect(lockfileProblems(lockfile({ integrity: 'sha1-abc' }))).toEqual([
      'node_modules/acme has no SHA-512 integrity',
    ]);
  });

  test('has the version that these rules read', () => {
    expect(lockfileProblems({ lockfileVersion: 2, packages: {} })).toEqual(['lockfile version 2: expected 3']);
  });
});

describe('versions', () => {
  test.each(['1.2.3', '18.4.0-beta.17', 'npm:typescript@7.0.2', 'npm:@acme/tool@1.0.0'])('%s is one', (version) => {
    expect(manifestProblems('package.json', { devDependencies: { acme: version } })).toEqual([]);
  });

  test.each([
    '^1.2.3',
    '~1.2.3',
    '1.2',
    '1.x',
    '*',
    'latest',
    '>=1.0.0',
    'npm:acme@^1.0.0',
    'git+https://example.com/a.git',
    '',
  ])('%j is not', (version) => {
    expect(manifestProblems('sandbox/package.json', { optionalDependencies: { acme: version } })).toEqual([
      `sandbox/package.json: acme is "${version}", not one exact version`,
    ]);
  });

  test('a workspace of ours has no version', () => {
    expect(manifestProblems('package.json', { dependencies: { '@counterfoil/sandbox': '*' } })).toEqual([]);
  });
});
