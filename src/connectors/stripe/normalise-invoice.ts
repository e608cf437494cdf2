import type { Json } from '../../kernel/json.ts';
import { subtract } from '../../kernel/money.ts';
import type { InvoiceFact, SaleLine } from '../../model/facts.ts';
import { type NormaliseContext, readAs, Unreadable } from '../sdk/index.ts';
import { PROVIDER } from './fact-base.ts';
import { type InvoiceAmounts, invoiceAmounts } from './invoice-lines.ts';
import { type Invoice, invoiceSchema } from './schemas.ts';

const STATUSES: Readonly<Record<string, InvoiceFact['status']>> = {
  open: 'open',
  paid: 'paid',
  void: 'void',
  uncollectible: 'uncollectible',
};

/** An invoice in its current state; a draft asks nobody for money and is no fact. */
export function invoiceFacts(body: Json, context: NormaliseContext): InvoiceFact[] {
  const invoice = readAs(invoiceSchema, body);
  if (invoice.status === 'draft') return [];
  const amounts = invoiceAmounts(invoice);
  if (amounts.total.minor < 0n) {
    throw new Unreadable({ field: 'total', detail: 'an invoice below zero is a credit and has no recipe' });
  }
  const issued = invoice.status_transitions?.finalized_at ?? invoice.effective_at ?? invoice.created;
  return [
    {
      kind: 'invoice',
      source: { provider: PROVIDER, accountId: context.accountId, objectId: invoice.id },
      occurredAt: issued * 1_000,
      references: { invoice: invoice.id },
      description: titleOf(invoice),
      number: invoice.number,
      status: statusOf(invoice),
      total: amounts.total,
      tax: amounts.tax,
      lines: linesOf(invoice, amounts),
      customer: { id: invoice.customer, name: invoice.customer_name, email: invoice.customer_email },
      issuedAt: issued * 1_000,
      dueAt: invoice.due_date ? invoice.due_date * 1_000 : null,
    },
  ];
}

function statusOf({ status }: Invoice): InvoiceFact['status'] {
  const known = status !== null && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (known === undefined) throw new Unreadable({ field: 'status', detail: `unknown invoice status ${status}` });
  return known;
}

/** One line for the whole where Stripe's own lines do not add up (credit grants, lines cut short). */
function linesOf(invoice: Invoice, { lines, total, tax }: InvoiceAmounts): readonly SaleLine[] {
  if (lines.length > 0) return lines;
  return [{ description: titleOf(invoice), amount: subtract(total, tax), role: 'sales' }];
}

function titleOf({ description, number, id }: Invoice): string {
  return description ?? `Stripe invoice ${number ?? id}`;
}
