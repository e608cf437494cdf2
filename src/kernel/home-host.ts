const HOME_NAME = /^localhost$|\.(onion|local|lan|internal|home\.arpa)$|^[^.:[\]]+$/i;
const PRIVATE_IPV4 = /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

/**
 * Whether a host is on this machine, on a network at home, or behind Tor, by its name alone: there plain http crosses no
 * public network. Says nothing of where the name leads.
 */
export function isHomeHost(hostname: string): boolean {
  return HOME_NAME.test(hostname) || PRIVATE_IPV4.test(hostname) || hostname === '[::1]';
}
