import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import { openAmount, stillOpen } from '../books/settlement.ts';
import { dataRow, money, report, section } from './report.ts';

const MS_PER_DAY = 86_400_000;
/** The last day late of each column; what is later falls in the one after them. */
const BUCKET_DAYS: readonly number[] = [0, 30, 60, 90];
const BUCKETS = ['Current', '1 - 30', '31 - 60', '61 - 90', '91 and over'] as const;

/** What each customer owes now, by how many days it is late on a date; open credits count against it. */
export function agedReceivables(company: Company, date: string): JsonObject {
  const byCustomer = new Map<string, bigint[]>();
  for (const [key, set] of company.ledger.all()) {
    const line = set.lines.find((each) => each.party?.kind === 'Customer' && each.open !== undefined);
    const record = company.records.get(set.entity, set.id);
    if (line?.party === undefined || record === undefined || set.date > date) continue;
    const left = stillOpen(company, record) * (openAmount(company, key) < 0n ? -1n : 1n);
    const sums = byCustomer.get(line.party.id) ?? BUCKETS.map(() => 0n);
    sums[bucketOf(textAt(record.data, 'DueDate') ?? set.date, date)]! += left;
    byCustomer.set(line.party.id, sums);
  }
  const total = BUCKETS.map(() => 0n);
  const rows: JsonObject[] = [];
  for (const customer of company.records.of('Customer').all()) {
    const sums = byCustomer.get(customer.id);
    if (sums?.some((sum) => sum !== 0n) !== true) continue;
    for (const [at, sum] of sums.entries()) total[at]! += sum;
    rows.push(dataRow([{ value: textAt(customer.data, 'DisplayName') ?? '', id: customer.id }, ...cells(sums)]));
  }
  if (rows.length > 0) rows.push(section({ group: 'GrandTotal', summary: [{ value: 'TOTAL' }, ...cells(total)] }));
  const columns = [['', 'Customer'], ...[...BUCKETS, 'Total'].map((title) => [title, 'Money'] as const)] as const;
  return report(company, { name: 'AgedReceivables', period: { start: date, end: date }, columns, rows });
}

function bucketOf(due: string, date: string): number {
  const late = Math.round((Date.parse(date) - Date.parse(due)) / MS_PER_DAY);
  const at = BUCKET_DAYS.findIndex((days) => late <= days);
  return at === -1 ? BUCKET_DAYS.length : at;
}

function cells(sums: readonly bigint[]): { value: string }[] {
  const all = sums.reduce((left, right) => left + right, 0n);
  return [...sums, all].map((sum) => ({ value: sum === 0n ? '' : money(sum) }));
}
