import { lookup as systemLookup } from 'node:dns/promises';
import { isIPv4, type LookupFunction } from 'node:net';
import { type AddressPolicy, admits } from './address.ts';
import { privateAddress } from './target.ts';

/** All addresses of a name, as text. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** The operating system's resolver, hosts file included. */
export const systemResolve: Resolve = async (hostname) => {
  const found = await systemLookup(hostname, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};

/**
 * Addresses of a name when the policy admits every one of them; otherwise throws `transport.private_address`. One bad
 * address among good ones refuses all: such an answer is an attack or a mistake.
 */
export async function resolveAdmitted(
  resolve: Resolve,
  policy: AddressPolicy,
  hostname: string,
): Promise<readonly string[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
  if (!addresses.every((address) => admits(policy, address))) throw privateAddress(hostname);
  return addresses;
}

/**
 * A lookup for sockets: what was checked is what the socket connects to, so a name that changes between check and
 * connect gains nothing. Not called for IP addresses in a URL; those are checked before.
 */
export function guardedLookup(resolve: Resolve, policy: AddressPolicy): LookupFunction {
  return (hostname, options, done) => {
    resolveAdmitted(resolve, policy, hostname).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
        if (options.all) done(null, found);
        else done(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}
