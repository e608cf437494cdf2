/** What can be asked of the demo; everything has a default. */
export interface DemoOptions {
  readonly dataDir: string;
  readonly seed: number;
  /** `YYYY-MM` of the business that is made up. */
  readonly month: string;
  readonly charges: number;
  readonly btcpayInvoices: number;
  /** Faults of the sandbox, as its `--faults`. */
  readonly faults: string;
  readonly fees: 'transaction' | 'payout';
  readonly mode: 'deposit' | 'invoicing';
  /** Obey the providers' documented limits against the sandbox too: slower, and what the real thing does. */
  readonly realLimits: boolean;
  /** Forget what an earlier run left. */
  readonly fresh: boolean;
  readonly json: boolean;
}

export const DEMO_DEFAULTS: DemoOptions = {
  dataDir: './data-demo',
  seed: 1,
  month: '2026-10',
  charges: 1_000,
  btcpayInvoices: 200,
  faults: '',
  fees: 'transaction',
  mode: 'deposit',
  realLimits: false,
  fresh: false,
  json: false,
};
