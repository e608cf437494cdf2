import type { Connection } from '../../hub/connections/index.ts';
import { type ReconcileAnswer, rowAgrees } from '../../hub/operate/index.ts';
import type { ReconciliationRow, WaterfallRow, WaterfallStep } from '../../hub/reconcile/index.ts';
import { formatAmount, toWire } from '../../kernel/money.ts';
import { type Column, counted, grouped, table } from './table.ts';

/** A source compared with its ledger. */
export interface ComparedPair {
  readonly source: Connection;
  readonly ledger: Connection;
  readonly answer: ReconcileAnswer;
}

export function comparedAgrees({ answer }: ComparedPair): boolean {
  return answer.rows.every(rowAgrees);
}

/** As `--json` prints it: the rows that differ, or all of them. */
export function pairData(compared: ComparedPair, all: boolean): object {
  const { source, ledger, answer } = compared;
  const { range, rows, waterfall } = answer;
  return {
    source: { id: source.id, provider: source.provider, displayName: source.displayName },
    ledger: { id: ledger.id, provider: ledger.provider, displayName: ledger.displayName },
    range,
    agrees: comparedAgrees(compared),
    compared: rows.length,
    rows: shown(rows, all).map(rowData),
    waterfall: waterfall.map(({ step, currency, source: at, ledger: in_ }) => ({
      step,
      source: toWire({ minor: at, currency }),
      ledger: toWire({ minor: in_, currency }),
      difference: toWire({ minor: at - in_, currency }),
    })),
  };
}

function rowData(row: ReconciliationRow): object {
  const { kind, subject, period, currency, source, postings, ledger, differences } = row;
  const wire = (minor: bigint) => toWire({ minor, currency });
  return {
    kind,
    subject,
    on: period,
    agrees: rowAgrees(row),
    source: wire(source),
    postings: wire(postings),
    ledger: wire(ledger),
    difference: wire(source - ledger),
    differences: differences.map(({ minor, ...one }) => ({ ...one, amount: wire(minor) })),
  };
}

/** For people: the waterfall, the rows that differ, and the sentence that counts. */
export function pairText(compared: ComparedPair, all: boolean): string {
  const { source, ledger, answer } = compared;
  const { range, rows, waterfall } = answer;
  const title = `${source.displayName} (${source.provider}) → ${ledger.displayName}`;
  if (range === null) return `${title}\nNothing is booked yet, so there is nothing to compare.`;
  const parts = [
    `${title}, ${range.from} to ${range.to}`,
    waterfallText(waterfall),
    rowsText(shown(rows, all)),
    endText(rows),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function shown(rows: readonly ReconciliationRow[], all: boolean): readonly ReconciliationRow[] {
  return all ? rows : rows.filter((row) => !rowAgrees(row));
}

/** What the steps of the waterfall are called. */
export const STEPS: Readonly<Record<WaterfallStep, string>> = {
  gross: 'Collected (gross)',
  refunds: 'Refunds',
  fees: 'Fees',
  fees_waiting: 'Fees awaiting payout',
  disputes: 'Disputes',
  other: 'Reserves and other',
  payouts: 'Paid out to the bank',
};

function waterfallText(waterfall: readonly WaterfallRow[]): string {
  const amounts =
    <R extends { readonly currency: string }>(pick: (row: R) => bigint): Column<R>['cell'] =>
    (row) =>
      amountText(pick(row), row.currency);
  return table(
    waterfall.filter(({ source, ledger }) => source !== 0n || ledger !== 0n),
    [
      { title: '', cell: ({ step, currency }) => `${STEPS[step]} ${currency}` },
      { title: 'Source', align: 'right', cell: amounts((row) => row.source) },
      { title: 'Ledger', align: 'right', cell: amounts((row) => row.ledger) },
      { title: 'Difference', align: 'right', cell: amounts((row) => row.source - row.ledger) },
    ],
  );
}

function rowsText(rows: readonly ReconciliationRow[]): string {
  const amount = (pick: (row: ReconciliationRow) => bigint) => (row: ReconciliationRow) =>
    amountText(pick(row), row.currency);
  const figures = table(rows, [
    { title: '', cell: ({ kind, subject }) => `${kind} ${subject}` },
    { title: '', cell: ({ currency }) => currency },
    { title: 'Source', align: 'right', cell: amount((row) => row.source) },
    { title: 'Postings', align: 'right', cell: amount((row) => row.postings) },
    { title: 'Ledger', align: 'right', cell: amount((row) => row.ledger) },
    { title: 'Difference', align: 'right', cell: amount((row) => row.source - row.ledger) },
    { title: '', cell: (row) => (rowAgrees(row) ? 'agrees' : 'differs') },
  ]);
  return [figures, ...rows.flatMap(differenceLines)].filter((line) => line !== '').join('\n');
}

/** Differences shown of each row; `--json` has them all. */
const SHOWN_DIFFERENCES = 10;

function differenceLines({ kind, subject, currency, differences }: ReconciliationRow): string[] {
  const more = differences.length - SHOWN_DIFFERENCES;
  return [
    ...differences
      .slice(0, SHOWN_DIFFERENCES)
      .map(
        (one) => `  ${kind} ${subject}: ${one.kind} ${amountText(one.minor, currency)} ${one.subject}: ${one.detail}`,
      ),
    ...(more > 0 ? [`  ${kind} ${subject}: and ${more} more`] : []),
  ];
}

function endText(rows: readonly ReconciliationRow[]): string {
  const different = rows.filter((row) => !rowAgrees(row)).length;
  const payouts = rows.filter(({ kind }) => kind === 'payout').length;
  const what = `${counted(payouts, 'payout')} and ${counted(rows.length - payouts, 'day')}`;
  return different === 0 ? `Agrees to the cent: ${what}.` : `Differs in ${different} of ${what}.`;
}

function amountText(minor: bigint, currency: string): string {
  return grouped(formatAmount({ minor, currency }));
}
