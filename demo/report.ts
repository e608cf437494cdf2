import { STEPS } from '../src/edge/cli/reconcile-report.ts';
import type { ReconciliationRow, WaterfallRow } from '../src/hub/reconcile/index.ts';
import { formatAmount } from '../src/kernel/money.ts';

/** What the demo found, as `--json` prints it. Amounts are decimal strings. */
export interface DemoReport {
  readonly seconds: number;
  readonly postings: {
    readonly posted: number;
    readonly alreadyThere: number;
    readonly stopped: number;
    readonly uncertain: number;
  };
  readonly reconciliations: readonly ReportRow[];
  readonly replay: { readonly deliveries: number; readonly posted: number; readonly alreadyThere: number };
  readonly ledger: { readonly documents: number; readonly trialBalanceDifference: string };
}

export interface ReportRow {
  readonly source: string;
  readonly payout: string | null;
  readonly period: string;
  readonly currency: string;
  readonly sourceTotal: string;
  readonly ledgerTotal: string;
  readonly difference: string;
}

export function reportRow(source: string, row: ReconciliationRow): ReportRow {
  const { currency } = row;
  return {
    source,
    payout: row.kind === 'payout' ? row.subject : null,
    period: row.period,
    currency,
    sourceTotal: formatAmount({ minor: row.source, currency }),
    ledgerTotal: formatAmount({ minor: row.ledger, currency }),
    difference: formatAmount({ minor: row.source - row.ledger, currency }),
  };
}

/** True when every difference is zero, the trial balance included. */
export function agrees(report: DemoReport): boolean {
  const zero = (text: string) => !/[1-9]/.test(text);
  return report.reconciliations.every((row) => zero(row.difference)) && zero(report.ledger.trialBalanceDifference);
}

/** The waterfall of one source as a table: source, ledger, difference. */
export function waterfallTable(title: string, rows: readonly WaterfallRow[]): string {
  const lines = rows
    .filter((row) => row.source !== 0n || row.ledger !== 0n)
    .map((row) => tableLine(STEPS[row.step], row.source, row.ledger, row.currency));
  const sum = (pick: (row: WaterfallRow) => bigint) => rows.reduce((total, row) => total + pick(row), 0n);
  const currency = rows[0]?.currency ?? 'USD';
  const head = `${title.padEnd(24)}${'Source says'.padStart(16)}${'Ledger says'.padStart(16)}${'Difference'.padStart(14)}`;
  const left = tableLine(
    'Left at the source',
    sum((row) => row.source),
    sum((row) => row.ledger),
    currency,
  );
  return [head, '-'.repeat(head.length), ...lines, '-'.repeat(head.length), left].join('\n');
}

function tableLine(label: string, source: bigint, ledger: bigint, currency: string): string {
  const text = (minor: bigint) => grouped(formatAmount({ minor, currency }));
  return `${label.padEnd(24)}${text(source).padStart(16)}${text(ledger).padStart(16)}${text(source - ledger).padStart(14)}`;
}

function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}
