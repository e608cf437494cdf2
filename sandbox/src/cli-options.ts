import { parseArgs } from 'node:util';
import { MIN_CHARGES } from './business/generate.ts';
import { parseMonth } from './core/calendar.ts';
import { type FaultPlan, parseFaultPlan } from './core/fault-plan.ts';

export interface CliOptions {
  readonly port: number;
  readonly host: string;
  readonly state: string | undefined;
  readonly seed: number;
  /** Generate this month at the start; none when missing. */
  readonly month: string | undefined;
  readonly charges: number;
  readonly btcpayInvoices: number;
  readonly squareSales: number;
  readonly invoicing: boolean;
  readonly faults: FaultPlan;
  /** Answer as fast as asked: no request limits at all. */
  readonly noLimits: boolean;
  /** End when standard input closes: for a parent that wants no orphan. */
  readonly endWithInput: boolean;
  readonly json: boolean;
}

export type CliRequest =
  | { readonly kind: 'run'; readonly options: CliOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export const HELP = `counterfoil-sandbox: offline Stripe, BTCPay Server, Square, QuickBooks Online and Xero on a local port

  --port <n>              port to listen on, 0 for a free one (4180)
  --host <address>        address to bind (127.0.0.1)
  --state <folder>        keep everything in this folder; nothing answered is lost (memory only)
  --seed <n>              seed of everything made up (1)
  --month <yyyy-mm>       fill this month with business at the start
  --charges <n>           Stripe charges of the month (1000)
  --btcpay-invoices <n>   BTCPay invoices of the month (200)
  --square-sales <n>      Square sales of the month (200)
  --invoicing             many Stripe invoices instead of a few of each state
  --faults <list>         faults and their shares, as timeoutAfterCommit=0.2,429=0.1,5xx=0.1
  --no-limits             answer as fast as asked, without the providers' request limits
  --end-with-input        end when standard input closes
  --json                  print the access details as one line of JSON
  --help                  this text
`;

const SPEC = {
  port: { type: 'string', default: '4180' },
  host: { type: 'string', default: '127.0.0.1' },
  state: { type: 'string' },
  seed: { type: 'string', default: '1' },
  month: { type: 'string' },
  charges: { type: 'string', default: '1000' },
  'btcpay-invoices': { type: 'string', default: '200' },
  'square-sales': { type: 'string', default: '200' },
  invoicing: { type: 'boolean', default: false },
  faults: { type: 'string', default: '' },
  'no-limits': { type: 'boolean', default: false },
  'end-with-input': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const KNOWN = Object.keys(SPEC);

type Values = { readonly [name: string]: string | boolean | undefined };

/** Flags that are not known or lack their value, and the values of the others. */
function readFlags(args: readonly string[]): { readonly problems: string[]; readonly values: Values } {
  const lenient = { args: [...args], options: SPEC, strict: false, allowPositionals: true, tokens: true } as const;
  const { tokens, values } = parseArgs(lenient);
  const problems = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [`${token.value} is not an option`];
    if (token.kind !== 'option') return [];
    if (!KNOWN.includes(token.name)) return [`${token.rawName} is not an option`];
    const takesText = SPEC[token.name as keyof typeof SPEC].type === 'string';
    if (takesText && (token.value === undefined || token.value === '')) return [`${token.rawName} needs a value`];
    return !takesText && token.value !== undefined ? [`${token.rawName} takes no value`] : [];
  });
  return { problems, values };
}

/** The text of an option; its default when it was given without a value, which is a problem of its own. */
function textOf(values: Values, name: keyof typeof SPEC): string {
  const value = values[name];
  const spec = SPEC[name];
  return typeof value === 'string' ? value : 'default' in spec ? String(spec.default) : '';
}

function wholeNumber(problems: string[], name: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  problems.push(`--${name} must be a whole number from ${range.min} to ${range.max}, not ${text}`);
  return range.min;
}

function readFaults(problems: string[], text: string): FaultPlan {
  const read = parseFaultPlan(text);
  if ('plan' in read) return read.plan;
  problems.push(...read.problems.map((problem) => `--faults: ${problem}`));
  return {};
}

/** Reads the command line; a refusal names every problem. */
export function readCommandLine(args: readonly string[]): CliRequest {
  const { problems, values } = readFlags(args);
  if (values.help === true && problems.length === 0) return { kind: 'help' };
  const month = textOf(values, 'month') || undefined;
  if (month !== undefined && !parseMonth(month)) problems.push(`--month must look like 2026-10, not ${month}`);
  const number = (name: keyof typeof SPEC, range: { min: number; max: number }) =>
    wholeNumber(problems, name, textOf(values, name), range);
  const options: CliOptions = {
    port: number('port', { min: 0, max: 65_535 }),
    host: textOf(values, 'host'),
    state: textOf(values, 'state') || undefined,
    seed: number('seed', { min: 0, max: Number.MAX_SAFE_INTEGER }),
    month,
    charges: number('charges', { min: MIN_CHARGES, max: 100_000 }),
    btcpayInvoices: number('btcpay-invoices', { min: 0, max: 20_000 }),
    squareSales: number('square-sales', { min: 0, max: 20_000 }),
    invoicing: values.invoicing === true,
    faults: readFaults(problems, textOf(values, 'faults')),
    noLimits: values['no-limits'] === true,
    endWithInput: values['end-with-input'] === true,
    json: values.json === true,
  };
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'run', options };
}
