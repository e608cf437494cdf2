import { describe, expect, test } from 'vitest';
import { checkConfig } from './read-config.ts';

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000001';
const PASSPHRASE = 'sandbox words that nobody else says';
const KEY = Buffer.alloc(32, 1).toString('base64');

function problems(environment: Record<string, string>): Record<string, string> {
  const checked = checkConfig(environment);
  return checked.ok ? {} : Object.fromEntries(checked.problems.map(({ name, problem }) => [name, problem]));
}

function sources(environment: Record<string, string>) {
  const checked = checkConfig(environment);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const { keySource, nextKeySource } = checked.value;
  return { keySource, nextKeySource };
}

describe('where the key comes from', () => {
  test('without settings it is a file of the data directory, and no other one follows', () => {
    expect(sources({})).toEqual({ keySource: { kind: 'local', given: undefined }, nextKeySource: null });
  });

  test('a passphrase is told with where it was given', () => {
    const { keySource } = sources({ COUNTERFOIL_KEY_PROVIDER: 'passphrase', COUNTERFOIL_PASSPHRASE: PASSPHRASE });
    expect(keySource).toMatchObject({ kind: 'passphrase', given: { origin: 'COUNTERFOIL_PASSPHRASE' } });
    expect(JSON.stringify(keySource)).not.toContain(PASSPHRASE);
  });

  test('AWS KMS takes its credential from the machine unless one is given', () => {
    const base = { COUNTERFOIL_KEY_PROVIDER: 'aws-kms', COUNTERFOIL_AWS_KMS_KEY: ARN };
    expect(sources(base).keySource).toEqual({ kind: 'aws-kms', arn: ARN, endpoint: null, credentials: null });
    const given = { COUNTERFOIL_AWS_ACCESS_KEY_ID: 'sandbox', COUNTERFOIL_AWS_SECRET_ACCESS_KEY: 'sandbox' };
    expect(sources({ ...base, ...given }).keySource).toMatchObject({ credentials: { accessKeyId: 'sandbox' } });
  });

  test('the next key is of the same provider unless another one is named', () => {
    expect(sources({ COUNTERFOIL_NEXT_MASTER_KEY: KEY }).nextKeySource).toMatchObject({ kind: 'local' });
    const next = { COUNTERFOIL_NEXT_KEY_PROVIDER: 'aws-kms', COUNTERFOIL_NEXT_AWS_KMS_KEY: ARN };
    expect(sources(next)).toMatchObject({ keySource: { kind: 'local' }, nextKeySource: { kind: 'aws-kms', arn: ARN } });
  });
});

describe('what is missing or without effect is named', () => {
  test.each([
    [{ COUNTERFOIL_KEY_PROVIDER: 'passphrase' }, ['COUNTERFOIL_PASSPHRASE']],
    [{ COUNTERFOIL_KEY_PROVIDER: 'aws-kms' }, ['COUNTERFOIL_AWS_KMS_KEY']],
    [
      { COUNTERFOIL_KEY_PROVIDER: 'vault-transit' },
      ['COUNTERFOIL_TRANSIT_KEY', 'COUNTERFOIL_TRANSIT_URL', 'COUNTERFOIL_TRANSIT_TOKEN'],
    ],
    [{ COUNTERFOIL_NEXT_KEY_PROVIDER: 'passphrase' }, ['COUNTERFOIL_NEXT_PASSPHRASE']],
    [{ COUNTERFOIL_AWS_ACCESS_KEY_ID: 'sandbox' }, ['COUNTERFOIL_AWS_SECRET_ACCESS_KEY']],
    [{ COUNTERFOIL_AWS_SECRET_ACCESS_KEY: 'sandbox' }, ['COUNTERFOIL_AWS_ACCESS_KEY_ID']],
    [{ COUNTERFOIL_NEXT_AWS_KMS_KEY: ARN }, ['COUNTERFOIL_NEXT_AWS_KMS_KEY']],
  ])('%j', (environment, names) => {
    expect(Object.keys(problems(environment as Record<string, string>))).toEqual(names);
  });

  test.each([
    ['COUNTERFOIL_AWS_KMS_KEY', 'arn:aws:kms:eu-west-1:111122223333:alias/mine', 'not of an alias'],
    ['COUNTERFOIL_PASSPHRASE', 'too short', 'at least 20 characters'],
    ['COUNTERFOIL_TRANSIT_MOUNT', '../sys', 'must be a name'],
    ['COUNTERFOIL_KEY_PROVIDER', 'kms', 'must be one of local, passphrase, aws-kms, vault-transit'],
  ])('%s as %s', (name, text, said) => {
    expect(problems({ [name]: text })[name]).toContain(said);
  });
});
