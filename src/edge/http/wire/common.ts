import { z } from 'zod';
import { isoInstant } from '../../../kernel/clock.ts';
import { ERROR_CODES, type ErrorCode } from '../../../kernel/error-codes.ts';
import type { Money } from '../../../kernel/money.ts';
import { toWire } from '../../../kernel/money.ts';
import { named } from './components.ts';

/** ISO 8601 in UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
export const day = z.iso.date();

export const moneySchema = named(
  'Money',
  'Decimal text with the decimals of its currency. BTC has eleven: it is counted in millisatoshi.',
  z.object({ amount: z.string().regex(/^-?\d+(\.\d+)?$/), currency: z.string() }),
);

export const reasonSchema = named(
  'Reason',
  'Why something waits or stopped, and what to do about it.',
  z.object({ code: z.string(), detail: z.string(), remedy: z.string().nullable() }),
);

export const problemSchema = named(
  'Problem',
  'An error, by RFC 9457. `code` is stable; `title`, `detail` and `remedy` are for people.',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    remedy: z.string(),
    field: z.string().optional(),
    requestId: z.string(),
  }),
);

/** `{ items, next }` of a list. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export function instantOf(at: number): string {
  return isoInstant(at);
}

export function instantOrNull(at: number | null): string | null {
  return at === null ? null : isoInstant(at);
}

export function moneyOf(value: Money): z.input<typeof moneySchema> {
  return toWire(value);
}

/** Codes of an older release may be in the database: they are told without a remedy. */
export function reasonOf(code: string | null, detail: string | null): z.input<typeof reasonSchema> | null {
  if (code === null) return null;
  const known = Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : null;
  return { code, detail: detail ?? known?.title ?? code, remedy: known?.remedy ?? null };
}
