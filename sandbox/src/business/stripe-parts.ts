import type { MonthSpan } from '../core/calendar.ts';
import type { Random } from '../core/random.ts';
import type { Schedule } from '../core/schedule.ts';
import type { SandboxStripe } from '../stripe/stripe.ts';

/** What the parts of the month share. */
export interface StripeMonth {
  readonly stripe: SandboxStripe;
  readonly random: Random;
  readonly month: MonthSpan;
  readonly schedule: Schedule;
  readonly charges: number;
  /** Id of the n-th regular customer, made when first seen. */
  customer(number: number, at: number): string;
}
