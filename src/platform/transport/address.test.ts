import { describe, expect, test } from 'vitest';
import { type AddressKind, type AddressPolicy, addressKind, admits } from './address.ts';

const KINDS: readonly (readonly [AddressKind, readonly string[]])[] = [
  [
    'public',
    ['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '223.255.255.255'],
  ],
  ['public', ['2606:4700::1111', '2a00:1450:4001:81b::200e', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1']],
  ['private', ['127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
  ['private', ['100.64.0.1', '100.127.255.255', '::1', 'fc00::1', 'fd12:3456::1']],
  ['private', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::a00:1']],
  ['forbidden', ['0.0.0.0', '0.1.2.3', '169.254.169.254', '192.0.0.192', '192.0.2.1', '198.18.0.1', '203.0.113.1']],
  ['forbidden', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '100.100.100.200', '168.63.129.16']],
  [
    'forbidden',
    ['::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::'],
  ],
  ['forbidden', ['::ffff:0.0.0.0', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::169.254.169.254']],
  ['forbidden', ['::127.0.0.1', '100::1', '64:ff9b:1::1', 'fd00:ec2::254', 'fd20:ce::254']],
  ['forbidden', ['localhost', '', '1.2.3', '999.1.1.1']],
];

describe('the kind of an address', () => {
  for (const [kind, addresses] of KINDS) {
    for (const address of addresses) {
      test(`"${address}" is ${kind}`, () => expect(addressKind(address)).toBe(kind));
    }
  }
});

describe('a policy admits', () => {
  const cases: readonly (readonly [AddressPolicy, readonly boolean[]])[] = [
    ['public', [true, false, false]],
    ['public_or_private', [true, true, false]],
    ['private', [false, true, false]],
  ];
  for (const [policy, expected] of cases) {
    test(`${policy}: public, private, link-local = ${expected.join(', ')}`, () => {
      expect(['1.1.1.1', '192.168.1.1', '169.254.169.254'].map((address) => admits(policy, address))).toEqual(expected);
    });
  }
});
