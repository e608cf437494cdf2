import type { SourceConnector } from '../sdk/index.ts';
import { OPERATIONS } from './api.ts';
import { classifyBtcpay } from './errors.ts';
import { btcpayIdentify } from './identify.ts';
import { BTCPAY_LIMITS, CALL_TIMEOUT_MS } from './limits.ts';
import { normaliseBtcpay } from './normalise.ts';
import { btcpayPairing } from './pairing.ts';
import { btcpayRegistration } from './registration.ts';
import { invoiceStream } from './streams.ts';
import { btcpayWebhook } from './webhook.ts';

/** A BTCPay Server of the merchant's own: each payment of coins towards an invoice is one fact. */
export const btcpay: SourceConnector = {
  role: 'source',
  provider: 'btcpay',
  displayName: 'BTCPay Server',
  auth: { kind: 'api_key', header: 'authorization', prefix: 'token ' },
  hosts: { kind: 'self_hosted' },
  limits: BTCPAY_LIMITS,
  operations: Object.values(OPERATIONS),
  headers: { accept: 'application/json' },
  timeout_ms: CALL_TIMEOUT_MS,
  // The server names no call; some proxies in front of it do.
  requestIdHeader: 'x-request-id',
  classify: classifyBtcpay,
  streams: [invoiceStream],
  webhook: btcpayWebhook,
  relatives: () => [],
  normalise: normaliseBtcpay,
  identify: btcpayIdentify,
  registration: btcpayRegistration,
  pairing: btcpayPairing,
};
