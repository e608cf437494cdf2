import { CounterfoilError } from '../../kernel/errors.ts';
import { isHomeHost } from '../../kernel/home-host.ts';
import type { Json } from '../../kernel/json.ts';
import { fieldOf, type KeyJudgement, type KeyPairing } from '../sdk/index.ts';
import { healthRequest, keyRequest, revokeKeyRequest } from './api.ts';
import { grants, holdsFor, readPermission } from './permissions.ts';

/** Also the label of the key in the settings of the server. */
const APPLICATION = { applicationName: 'Counterfoil', applicationIdentifier: 'counterfoil' } as const;

const REGISTERS = 'btcpay.store.webhooks.canmodifywebhooks';
const READS: Readonly<Record<string, string>> = {
  'btcpay.store.canviewstoresettings': 'names of the stores',
  'btcpay.store.canviewinvoices': 'invoices with their payments',
};

const PERMISSIONS = { ...READS, [REGISTERS]: 'registers our webhook, so that nobody has to paste a secret' };

/** Keys are 40 hexadecimal digits today; anything that a header could carry is tried. */
const KEY = /^[\w-]{16,200}$/;

/** The authorize page of BTCPay Server (docs.btcpayserver.org/API/Greenfield/v1, read 2026-11-20). */
export const btcpayPairing: KeyPairing = {
  permissions: PERMISSIONS,

  // The page posts the whole redirect address back as it is, so it may hold a state of ours.
  authorizePage(server, redirect) {
    const url = new URL(`${server}/api-keys/authorize`);
    for (const permission of Object.keys(PERMISSIONS)) url.searchParams.append('permissions', permission);
    const rest = { ...APPLICATION, strict: 'true', selectiveStores: 'true', redirect };
    for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, value);
    return url.href;
  },

  pageRefusal(server) {
    const { protocol, hostname } = new URL(server);
    if (protocol === 'https:' || isHomeHost(hostname)) return null;
    return 'The server makes keys only over https, over Tor, or at a name of a home network: use its https address, or make a key in its settings and connect with that.';
  },

  readGrant(form) {
    const [key, ...others] = form.getAll('apiKey');
    return key !== undefined && others.length === 0 && KEY.test(key) ? key : null;
  },

  alive: {
    request: healthRequest,
    read: (body) => typeof fieldOf(body, 'synchronized') === 'boolean',
  },

  key: { request: keyRequest, judge, revoke: revokeKeyRequest },

  knownServers: [
    { platform: 'Umbrel', server: 'http://btcpay-server_web_1:3003' },
    { platform: 'StartOS', server: 'http://btcpayserver.startos:23000' },
    { platform: 'StartOS 0.3', server: 'http://btcpayserver.embassy:23000' },
    { platform: 'btcpayserver-docker', server: 'http://btcpayserver:49392' },
  ],
};

function judge(body: Json, storeIds: readonly string[]): KeyJudgement {
  const listed = fieldOf(body, 'permissions');
  if (!Array.isArray(listed) || !listed.every((one) => typeof one === 'string'))
    throw new CounterfoilError('record.unreadable', {
      field: 'permissions',
      detail: 'the answer names no permissions',
    });
  const held = listed.map(readPermission);
  const missing = storeIds.flatMap((storeId) =>
    Object.keys(READS)
      .filter((policy) => !holdsFor(held, policy, storeId))
      .map((policy) => `${policy}:${storeId}`),
  );
  const wanted = Object.keys(PERMISSIONS);
  const tooMany = held.map(({ policy }) => policy).filter((policy) => !wanted.some((one) => grants(one, policy)));
  return {
    missing,
    tooMany: [...new Set(tooMany)].sort(),
    managesWebhooks: storeIds.every((storeId) => holdsFor(held, REGISTERS, storeId)),
  };
}
