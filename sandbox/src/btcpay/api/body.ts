import { parseDecimal } from '../../core/decimal.ts';
import { isObject, type Json } from '../../core/json.ts';
import { type Checkout, PAYMENT_METHODS, type PaymentMethod, type Receipt } from '../invoice.ts';
import { type FieldProblem, invalid } from './errors.ts';

/** The largest amount the server takes, 2^64 - 1. */
const MAX_AMOUNT = 18_446_744_073_709_551_615n;
/** The shortest life of an invoice, in minutes. */
const MIN_EXPIRATION_MINUTES = 0.5;

/** Older names that still mean the same method. */
const METHOD_NAMES: Readonly<Record<string, PaymentMethod>> = {
  'BTC-CHAIN': 'BTC-CHAIN',
  BTC: 'BTC-CHAIN',
  'BTC-OnChain': 'BTC-CHAIN',
  'BTC-LN': 'BTC-LN',
  'BTC-LightningNetwork': 'BTC-LN',
};

/** Collects every problem of a body before refusing it. */
export class BodyReader {
  readonly problems: FieldProblem[] = [];
  readonly #body: { readonly [key: string]: unknown };

  constructor(body: unknown) {
    if (!isObject(body)) throw invalid([{ path: '', message: 'A JSON object is required.' }]);
    this.#body = body;
  }

  value(name: string): unknown {
    const value = this.#body[name];
    return value === null ? undefined : value;
  }

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /** Throws when anything was wrong. */
  finish(): void {
    if (this.problems.length > 0) throw invalid(this.problems);
  }

  text(name: string, path = name): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    this.problem(path, `The ${name} field must be text.`);
    return undefined;
  }

  flag(name: string, path = name): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    this.problem(path, `The ${name} field must be true or false.`);
    return undefined;
  }

  number(name: string, path = name): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'number' ? value : Number.NaN;
    if (Number.isFinite(number)) return number;
    this.problem(path, `The ${name} field must be a number.`);
    return undefined;
  }

  texts(name: string, path = name): string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    this.problem(path, `The ${name} field must be a list of texts.`);
    return undefined;
  }

  child(name: string): BodyReader | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return new BodyReader(value);
    this.problem(name, `The ${name} field must be an object.`);
    return undefined;
  }

  object(name: string): { readonly [key: string]: Json } | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return value as { readonly [key: string]: Json };
    this.problem(name, `The ${name} field must be an object.`);
    return undefined;
  }
}

/** Decimal text from text or number; null when missing, as for a top-up invoice. */
export function readAmount(reader: BodyReader): string | null {
  const value = reader.value('amount');
  if (value === undefined) return null;
  const text = typeof value === 'number' ? String(value) : value;
  const amount = typeof text === 'string' ? parseDecimal(text) : null;
  if (!amount || typeof text !== 'string') reader.problem('Amount', 'The amount is not a number.');
  else if (amount.units < 0n) reader.problem('Amount', 'The amount should be 0 or more.');
  else if (amount.units > MAX_AMOUNT * 10n ** BigInt(amount.scale))
    reader.problem('Amount', 'The amount is too large.');
  else return text.trim();
  return null;
}

function readMethods(checkout: BodyReader): PaymentMethod[] | undefined {
  const names = checkout.texts('paymentMethods', 'Checkout.PaymentMethods');
  if (!names || names.length === 0) return undefined;
  const methods = names.map((name, index) => {
    const method = METHOD_NAMES[name];
    if (!method)
      checkout.problem(`Checkout.PaymentMethods[${index}]`, `${name} is not a payment method of this store.`);
    return method ?? 'BTC-CHAIN';
  });
  return PAYMENT_METHODS.filter((method) => methods.includes(method));
}

/** What the body says about the checkout; problems go to the outer reader. */
export function readCheckout(reader: BodyReader): Partial<Checkout> {
  const checkout = reader.child('checkout');
  if (!checkout) return {};
  const read: { [K in keyof Checkout]?: Checkout[K] | undefined } = {
    speedPolicy: checkout.text('speedPolicy', 'Checkout.SpeedPolicy'),
    paymentMethods: readMethods(checkout),
    defaultPaymentMethod: METHOD_NAMES[checkout.text('defaultPaymentMethod', 'Checkout.DefaultPaymentMethod') ?? ''],
    expirationMinutes: checkout.number('expirationMinutes', 'Checkout.ExpirationMinutes'),
    monitoringMinutes: checkout.number('monitoringMinutes', 'Checkout.MonitoringMinutes'),
    paymentTolerance: checkout.number('paymentTolerance', 'Checkout.PaymentTolerance'),
    redirectURL: checkout.text('redirectURL', 'Checkout.RedirectURL'),
    redirectAutomatically: checkout.flag('redirectAutomatically', 'Checkout.RedirectAutomatically'),
    defaultLanguage: checkout.text('defaultLanguage', 'Checkout.DefaultLanguage'),
  };
  if ((read.expirationMinutes ?? 1) < MIN_EXPIRATION_MINUTES) {
    checkout.problem('Checkout.ExpirationMinutes', 'Expiration time must be at least 30 seconds.');
  }
  if ((read.paymentTolerance ?? 0) < 0 || (read.paymentTolerance ?? 0) > 100) {
    checkout.problem('Checkout.PaymentTolerance', 'PaymentTolerance can only be between 0 and 100 percent');
  }
  reader.problems.push(...checkout.problems);
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as Partial<Checkout>;
}

export function readReceipt(reader: BodyReader): Partial<Receipt> {
  const receipt = reader.child('receipt');
  if (!receipt) return {};
  const read = {
    enabled: receipt.flag('enabled'),
    showQR: receipt.flag('showQR'),
    showPayments: receipt.flag('showPayments'),
  };
  reader.problems.push(...receipt.problems);
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as Partial<Receipt>;
}
