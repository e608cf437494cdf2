import { describe, expect, test } from 'vitest';
import type { AddressPolicy } from './address.ts';
import { guardedLookup, type Resolve } from './lookup.ts';

function lookup(resolve: Resolve, policy: AddressPolicy, all = true): Promise<unknown> {
  const guarded = guardedLookup(resolve, policy);
  return new Promise((done, fail) => {
    guarded('host.example', { all }, (error, address, family) =>
      error ? fail(error) : done(all ? address : [address, family]),
    );
  });
}

describe('the lookup of sockets', () => {
  test('gives all checked addresses with their family', async () => {
    await expect(lookup(async () => ['1.1.1.1', '2606:4700::1111'], 'public')).resolves.toEqual([
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  test('gives the first one to callers that want one', async () => {
    await expect(lookup(async () => ['1.1.1.1'], 'public', false)).resolves.toEqual(['1.1.1.1', 4]);
  });

  test('refuses a name that changes to a private address between two connections', async () => {
    const answers = [['1.1.1.1'], ['127.0.0.1']];
    const rebinding: Resolve = async () => answers.shift()!;
    await expect(lookup(rebinding, 'public')).resolves.toHaveLength(1);
    await expect(lookup(rebinding, 'public')).rejects.toMatchObject({ code: 'transport.private_address' });
  });

  test('refuses all addresses when one of them is private', async () => {
    await expect(lookup(async () => ['1.1.1.1', '10.0.0.1'], 'public')).rejects.toMatchObject({
      code: 'transport.private_address',
      outcome: 'not_applied',
    });
  });

  test('does not tell the address it refused', async () => {
    await expect(lookup(async () => ['10.9.8.7'], 'public')).rejects.toThrow(/^(?!.*10\.9\.8\.7)/);
  });

  test('passes a resolver failure on', async () => {
    const failure = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    await expect(lookup(() => Promise.reject(failure), 'public')).rejects.toBe(failure);
  });

  test('treats an empty answer as an unknown name', async () => {
    await expect(lookup(async () => [], 'public')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
