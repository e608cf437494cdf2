import type { JsonObject } from '../../core/exact/json.ts';
import { isDate } from '../basics/calendar.ts';
import { badElement } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';

/** The days a report covers, ends included. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

/** One cell: its text and, where it names an object, the object's id. */
export interface Cell {
  readonly value: string;
  readonly id?: string;
}

/** A column's title and type. */
type ReportColumn = readonly [title: string, type: string];

/** Parameters of every report; single reports take some more. */
export const PERIOD_PARAMETERS: readonly string[] = ['minorversion', 'start_date', 'end_date', 'accounting_method'];

/** The asked period: without dates from the first of the month to today. */
export function periodOf(company: Company, parameters: URLSearchParams): Period {
  const end = dateParameter(parameters, 'end_date') ?? company.today();
  const start = dateParameter(parameters, 'start_date') ?? `${end.slice(0, 8)}01`;
  if (start > end) throw badElement('start_date', 'lies after end_date');
  const method = parameters.get('accounting_method') ?? 'Accrual';
  if (method !== 'Accrual') throw badElement('accounting_method', 'must be Accrual: the sandbox keeps no cash basis');
  return { start, end };
}

/** A date from the query, checked. */
export function dateParameter(parameters: URLSearchParams, name: string): string | undefined {
  const text = parameters.get(name);
  if (text !== null && !isDate(text)) throw badElement(name, 'must be a date, YYYY-MM-DD');
  return text ?? undefined;
}

/** A report as it is answered. Member names as in Intuit's schema of reports (SDK 6.3.1). */
export function report(
  company: Company,
  parts: { name: string; period: Period; columns: readonly ReportColumn[]; rows: readonly JsonObject[] },
): JsonObject {
  return {
    Header: {
      Time: company.calendar.stamp(company.doors.now()),
      ReportName: parts.name,
      ReportBasis: 'Accrual',
      StartPeriod: parts.period.start,
      EndPeriod: parts.period.end,
      SummarizeColumnsBy: 'Total',
      Currency: company.settings.homeCurrency,
      Option: [{ Name: 'NoReportData', Value: String(parts.rows.length === 0) }],
    },
    Columns: { Column: parts.columns.map(([ColTitle, ColType]) => ({ ColTitle, ColType })) },
    Rows: parts.rows.length === 0 ? {} : { Row: parts.rows },
  };
}

/** A row of cells. */
export function dataRow(cells: readonly Cell[]): JsonObject {
  return { ColData: cells.map((cell) => ({ ...cell })), type: 'Data' };
}

/** A block of rows with a header and a sum. */
export function section(parts: {
  group?: string;
  header?: readonly Cell[];
  rows?: readonly JsonObject[];
  summary: readonly Cell[];
}): JsonObject {
  return {
    ...(parts.header === undefined ? {} : { Header: { ColData: parts.header.map((cell) => ({ ...cell })) } }),
    ...(parts.rows === undefined ? {} : { Rows: { Row: parts.rows } }),
    Summary: { ColData: parts.summary.map((cell) => ({ ...cell })) },
    type: 'Section',
    ...(parts.group === undefined ? {} : { group: parts.group }),
  };
}

/** An amount of minor units with two decimals, as reports write it. */
export function money(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
