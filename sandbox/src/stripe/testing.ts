import { Answer, MONDAY, testDoors } from '../core/testing.ts';
import type { StripeOptions } from './settings.ts';
import { createStripe, type SandboxStripe } from './stripe.ts';

/** An account for tests with a clock that stands at Monday noon-ish, and short ways to ask its API. */
export function testStripe(options: StripeOptions = {}) {
  const doors = testDoors();
  const stripe = createStripe(doors, { requestsPerSecond: 100_000, ...options });
  return { doors, stripe, ...asking(stripe) };
}

export function asking(stripe: SandboxStripe) {
  const ask = async (method: string, target: string, body?: string, headers: Record<string, string> = {}) => {
    const request = new Request(`http://sandbox.invalid${target}`, {
      method,
      headers: {
        authorization: `Bearer ${stripe.settings.apiKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return Answer.of(await stripe.fetch(request));
  };
  return {
    ask,
    get: (target: string, headers: Record<string, string> = {}) => ask('GET', target, undefined, headers),
    post: (target: string, body: string, headers: Record<string, string> = {}) => ask('POST', target, body, headers),
    /** Every row of a list, page by page. */
    async all(target: string): Promise<Record<string, unknown>[]> {
      const rows: Record<string, unknown>[] = [];
      for (let more = true; more; ) {
        const after = rows.length > 0 ? `&starting_after=${String(rows.at(-1)?.id)}` : '';
        const page = await ask('GET', `${target}${target.includes('?') ? '&' : '?'}limit=100${after}`);
        rows.push(...page.rows);
        more = page.at('has_more') === true;
      }
      return rows;
    },
  };
}

/** The rows of the balance by type and category, as `type/category amount fee`. */
export function ledgerLines(stripe: SandboxStripe): string[] {
  const rows = stripe.context.state.tables.balanceTransactions.all();
  return rows.map((row) => `${row.type}/${row.reporting_category} ${row.amount} ${row.fee}`);
}

export function eventTypes(stripe: SandboxStripe): string[] {
  return stripe.context.state.tables.events.all().map((event) => event.type);
}

/** An account with a draft invoice of Monday: 320.00 and, on its second line, tax. */
export function invoicedAccount() {
  const account = testStripe();
  const { stripe } = account;
  const customer = stripe.createCustomer({ at: MONDAY, name: 'Customer 0001' });
  const rate = stripe.createTaxRate({ at: MONDAY, displayName: 'Sales tax', bps: 825 });
  const invoice = stripe.createInvoice({
    at: MONDAY,
    customer: customer.id,
    lines: [
      { description: 'Hours', quantity: 3, unitAmount: 10_000 },
      { description: 'Thing', unitAmount: 2_000, taxRate: rate.id },
    ],
  });
  return { ...account, stripe, rate, invoice };
}
