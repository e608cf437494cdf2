import { BASE58, derivedText } from '../core/ids.ts';

/** What the server says it is; the shapes are those of 2.4.1. */
export const SERVER_VERSION = '2.4.2';

export interface StoreOptions {
  readonly id?: string;
  readonly name: string;
  readonly currency?: string;
  /** Percent that may be missing and still settle an invoice. */
  readonly paymentTolerance?: number;
}

export interface BtcpayOptions {
  readonly apiKey?: string;
  /** Policies of the key; each is granted for every store. */
  readonly permissions?: readonly string[];
  readonly stores?: readonly StoreOptions[];
  /** Price of one bitcoin by currency, as decimal text. */
  readonly rates?: Readonly<Record<string, string>>;
  /** Real coins: then the authorize page wants https or Tor. */
  readonly isMainnet?: boolean;
  /** Where customers reach the server, for checkout links; without a trailing slash. */
  readonly publicUrl?: string | (() => string);
}

export interface Store {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly paymentTolerance: number;
  /** Seconds. */
  readonly invoiceExpiration: number;
  /** Seconds after the expiry during which payments are still noticed. */
  readonly monitoringExpiration: number;
}

export interface BtcpaySettings {
  readonly apiKey: string;
  readonly permissions: readonly string[];
  readonly stores: readonly Store[];
  readonly rates: Readonly<Record<string, string>>;
  readonly isMainnet: boolean;
  publicUrl(): string;
}

export const DEFAULT_PERMISSIONS = [
  'btcpay.store.canviewstoresettings',
  'btcpay.store.cancreateinvoice',
  'btcpay.store.canmodifyinvoices',
  'btcpay.store.webhooks.canmodifywebhooks',
  'btcpay.store.canviewpayouts',
];

const INVOICE_EXPIRATION_SECONDS = 900;
const MONITORING_SECONDS = 86_400;

export function btcpaySettings(options: BtcpayOptions): BtcpaySettings {
  const { stores = [{ name: 'Acme Store' }], publicUrl = 'http://127.0.0.1:4180/btcpay' } = options;
  return {
    apiKey: options.apiKey ?? 'btcpay_sandbox_key',
    permissions: options.permissions ?? DEFAULT_PERMISSIONS,
    stores: stores.map((store, index) => ({
      id: store.id ?? derivedText(BASE58, 44, 'btcpay store', index, store.name),
      name: store.name,
      currency: store.currency ?? 'USD',
      paymentTolerance: store.paymentTolerance ?? 0,
      invoiceExpiration: INVOICE_EXPIRATION_SECONDS,
      monitoringExpiration: MONITORING_SECONDS,
    })),
    rates: options.rates ?? { USD: '64392.23', EUR: '59417.9' },
    isMainnet: options.isMainnet ?? false,
    publicUrl: typeof publicUrl === 'string' ? () => publicUrl : publicUrl,
  };
}
