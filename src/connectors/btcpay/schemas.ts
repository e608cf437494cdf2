import { z } from 'zod';
import { JsonNumber } from '../../kernel/json.ts';
import { MAX_UNIX_SECONDS } from '../sdk/index.ts';

/**
 * Only the fields we read, as versions 1.x and 2.x name them. Statuses stay text: what we do not know is decided where
 * it is used.
 */

const DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/;

/** An amount or rate: text in the API, a number where a client wrote one; kept as decimal text. */
const decimal = z.union([z.string(), z.number(), z.instanceof(JsonNumber)]).transform((value, context) => {
  const text = String(value);
  if (DECIMAL.test(text)) return text;
  context.addIssue({ code: 'custom', message: 'no plain decimal' });
  return z.NEVER;
});

const id = z.string().min(1);
const seconds = z.number().int().min(0).max(MAX_UNIX_SECONDS);

/** Free text that a shop wrote, sometimes as a number; null when absent or empty. */
const note = z
  .union([z.string(), z.number(), z.instanceof(JsonNumber)])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value) || null))
  .catch(null);

const payment = z.object({
  id,
  receivedDate: seconds,
  value: decimal,
  fee: decimal.nullish().transform((fee) => fee ?? '0'),
  status: z.string(),
});
export type Payment = z.output<typeof payment>;

const paymentMethod = z
  .object({ paymentMethodId: id.optional(), paymentMethod: id.optional(), rate: decimal, payments: z.array(payment) })
  .transform(({ paymentMethodId, paymentMethod: oldName, rate, payments }, context) => {
    const name = paymentMethodId ?? oldName;
    if (name !== undefined) return { name, rate, payments };
    context.addIssue({ code: 'custom', message: 'is missing', path: ['paymentMethodId'] });
    return z.NEVER;
  });

export const invoiceSchema = z.object({
  id,
  storeId: id,
  status: z.string(),
  additionalStatus: z.string(),
  type: z.string().nullish(),
  amount: decimal.nullish(),
  paidAmount: decimal.nullish(),
  currency: z.string(),
  metadata: z
    .object({
      orderId: note,
      itemDesc: note,
      buyerName: note,
      buyerEmail: note,
      taxIncluded: z.unknown().optional(),
    })
    .nullish(),
  paymentMethods: z.array(paymentMethod),
});
export type Invoice = z.output<typeof invoiceSchema>;

/** Tax as the shop wrote it, number or text. */
export const taxSchema = decimal.nullish();

export const storesSchema = z.array(z.object({ id, name: z.string().nullish(), archived: z.boolean().nullish() }));
