import { BlockList, isIP } from 'node:net';

/**
 * `private`: reachable only from here or from this network. `forbidden`: never a provider, whatever is allowed
 * (link-local, multicast, unspecified, reserved ranges, cloud metadata services).
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

/** Which addresses a call may connect to. Plain http goes to private ones only. */
export type AddressPolicy = 'public' | 'public_or_private' | 'private';

type Range = readonly [network: string, prefix: number];

// IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates), read November 2026.
const PRIVATE_V4: readonly Range[] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
];
const FORBIDDEN_V4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Metadata and agent services of clouds that lie outside the link-local range.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
];
const PRIVATE_V6: readonly Range[] = [
  ['::1', 128],
  ['fc00::', 7],
];
const FORBIDDEN_V6: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
];
/** Public IPv6 lies in here and nowhere else, apart from the translation prefix. */
const GLOBAL_UNICAST_V6: readonly Range[] = [['2000::', 3]];
/** Prefixes whose last 32 bits are an IPv4 address: mapped (RFC 4291) and translated (RFC 6052). */
const MAPPED_PREFIX = '::ffff:';
const TRANSLATION_PREFIX = '64:ff9b::';

const privateAddresses = blockList(PRIVATE_V4, PRIVATE_V6);
const forbiddenAddresses = blockList(FORBIDDEN_V4, FORBIDDEN_V6);
const publicV6 = blockList([['0.0.0.0', 0]], GLOBAL_UNICAST_V6);

function blockList(v4: readonly Range[], v6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of v4) {
    list.addSubnet(network, prefix, 'ipv4');
    for (const embedding of [MAPPED_PREFIX, TRANSLATION_PREFIX]) {
      list.addSubnet(`${embedding}${network}`, 96 + prefix, 'ipv6');
    }
  }
  for (const [network, prefix] of v6) list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** What an IP address (not a name) leads to; text that is no address is forbidden. */
export function addressKind(address: string): AddressKind {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  if (version === 0) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (forbiddenAddresses.check(bare, family)) return 'forbidden';
  if (privateAddresses.check(bare, family)) return 'private';
  return family === 'ipv4' || publicV6.check(bare, family) ? 'public' : 'forbidden';
}

export function admits(policy: AddressPolicy, address: string): boolean {
  const kind = addressKind(address);
  if (policy === 'public_or_private') return kind !== 'forbidden';
  return kind === policy;
}
