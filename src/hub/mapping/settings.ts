import { z } from 'zod';
import { CounterfoilError } from '../../kernel/errors.ts';

const settingsSchema = z.strictObject({
  /** `deposit` never touches receivables; `invoicing` makes ledger invoices and pays them. */
  mode: z.enum(['deposit', 'invoicing']).default('deposit'),
  /** One fee document for each transaction, or one for each payout. */
  feeDetail: z.enum(['transaction', 'payout']).default('transaction'),
  /** When the source does not say how much tax is inside: there is none, or the event is held. */
  taxUnknown: z.enum(['none', 'hold']).default('hold'),
  /** Invoicing mode: a Bitcoin payment without a ledger invoice is held, or booked as a sale. */
  unmatched: z.enum(['hold', 'sale']).default('hold'),
  /** An expired invoice that was paid in part: keep the money as customer money, or accept it as payment. */
  partial: z.enum(['hold', 'accept']).default('hold'),
  /** Money that came after expiry: wait for a decision, or accept it. */
  late: z.enum(['hold', 'accept']).default('hold'),
  /** Value of received coins: the invoice's own rate, or a stored market rate of the moment of receipt. */
  bitcoinValue: z.enum(['invoice_rate', 'market']).default('invoice_rate'),
  /** Surplus up to this many minor units is rounding, above it is the customer's money. */
  dust_minor: z.number().int().min(0).max(10_000).default(5),
  /** What to do with a date in a closed period. */
  closedPeriod: z.enum(['hold', 'first_open_day']).default('hold'),
});

/** How the facts of one source become documents of one ledger. Every change raises the pair's version. */
export type PairSettings = Readonly<z.infer<typeof settingsSchema>>;

/** Fills in defaults; throws `config.invalid` naming every field that is wrong. */
export function readSettings(value: unknown): PairSettings {
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .map((issue) => `${issue.path.join('.') || '(settings)'}: ${issue.message}`)
    .join('; ');
  throw new CounterfoilError('config.invalid', { detail: `Settings of the pair: ${detail}` });
}
