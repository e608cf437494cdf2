import type { PairSettings } from '../../hub/mapping/index.ts';
import { list, option, withDefault } from './spec.ts';
import { anyText, currency, instant, oneOf, wholeNumber } from './values.ts';

const ENVIRONMENTS = ['production', 'sandbox'] as const;
const MODES = ['deposit', 'invoicing'] as const;
const FEES = ['transaction', 'payout'] as const;
const TAX = ['none', 'hold'] as const;
const UNMATCHED = ['hold', 'sale'] as const;
const ACCEPT = ['hold', 'accept'] as const;
const VALUES = ['invoice_rate', 'market'] as const;
const CLOSED = ['hold', 'first_open_day'] as const;
const MAX_DUST_MINOR = 10_000;

/** Options of everything that is connected. */
export const credentialOptions = {
  secretFile: option('--secret-file <path>', 'File with the credential; standard input without it', anyText),
  environment: withDefault('--environment <name>', 'production or sandbox', oneOf(...ENVIRONMENTS), 'production', {
    choices: ENVIRONMENTS,
  }),
} as const;

/** Options of a source: where and how it is booked. What is left out keeps its value. */
export const sourceOptions = {
  ...credentialOptions,
  since: option('--since <day>', 'Book what happened from then on, in UTC; today when left out', instant),
  ledger: option('--ledger <connection>', 'Where it is booked; may be left out with one ledger', anyText),
  currency: list(
    '--currency <code>',
    "A currency that the source settles in, if not the ledger's own; may be given again",
    currency,
  ),
  mode: option(
    '--mode <mode>',
    'deposit: sales as they come; invoicing: invoices and their payments',
    oneOf(...MODES),
    { choices: MODES },
  ),
  fees: option('--fees <detail>', 'One fee entry for each transaction or for each payout', oneOf(...FEES), {
    choices: FEES,
  }),
  taxUnknown: option(
    '--tax-unknown <choice>',
    'Sales without word of tax: none takes them as untaxed, hold holds them',
    oneOf(...TAX),
    { choices: TAX },
  ),
  closedPeriod: option(
    '--closed-period <choice>',
    'Days in a closed period: hold, or book on the first open day',
    oneOf(...CLOSED),
    { choices: CLOSED },
  ),
} as const;

/** Options that only Bitcoin payments need. */
export const bitcoinOptions = {
  unmatched: option(
    '--unmatched <choice>',
    'Payments without a ledger invoice, in the mode invoicing: hold, or book as sale',
    oneOf(...UNMATCHED),
    { choices: UNMATCHED },
  ),
  partial: option('--partial <choice>', 'Expired invoices that were paid in part: hold, or accept', oneOf(...ACCEPT), {
    choices: ACCEPT,
  }),
  late: option('--late <choice>', 'Payments after expiry: hold, or accept', oneOf(...ACCEPT), { choices: ACCEPT }),
  bitcoinValue: option(
    '--bitcoin-value <choice>',
    'Value of coins: the invoice rate, or the market rate of the moment',
    oneOf(...VALUES),
    { choices: VALUES },
  ),
  dust: option('--dust <minor>', 'Surplus up to this many minor units is rounding', wholeNumber(0, MAX_DUST_MINOR)),
} as const;

interface SettingValues {
  readonly mode?: PairSettings['mode'] | undefined;
  readonly fees?: PairSettings['feeDetail'] | undefined;
  readonly taxUnknown?: PairSettings['taxUnknown'] | undefined;
  readonly closedPeriod?: PairSettings['closedPeriod'] | undefined;
  readonly unmatched?: PairSettings['unmatched'] | undefined;
  readonly partial?: PairSettings['partial'] | undefined;
  readonly late?: PairSettings['late'] | undefined;
  readonly bitcoinValue?: PairSettings['bitcoinValue'] | undefined;
  readonly dust?: number | undefined;
}

/** The settings that were given. */
export function settingsOf(values: SettingValues): Partial<PairSettings> {
  const { mode, taxUnknown, closedPeriod, unmatched, partial, late, bitcoinValue } = values;
  const all = {
    mode,
    taxUnknown,
    closedPeriod,
    unmatched,
    partial,
    late,
    bitcoinValue,
    feeDetail: values.fees,
    dust_minor: values.dust,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
