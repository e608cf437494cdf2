import type { Config } from '../../platform/config/index.ts';

/** Addresses that mean "every address of this machine": one asks at loopback then. */
const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where the API of a server with this configuration is reached from this machine. */
export function listenerUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const reached = EVERY_ADDRESS[host] ?? host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
