import { textAt } from '../../core/exact/access.ts';
import { closedPeriod, depositedTransaction } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { entityKey, type StoredEntity } from '../store/entity.ts';

/** Who writes. A person may write into a closed period after a warning, an app may not. */
export type Writer = 'app' | 'person';

/** Refuses (6210) a date in the closed period. */
export function refuseClosed(company: Company, date: string, writer: Writer): void {
  const closed = company.closingDate();
  if (writer === 'app' && closed !== undefined && date <= closed) throw closedPeriod(date, closed);
}

/** Refuses to change a transaction whose date is closed (6210) or that stands in a deposit (6540). */
export function refuseUntouchable(company: Company, record: StoredEntity, writer: Writer): void {
  refuseClosed(company, textAt(record.data, 'TxnDate') ?? '', writer);
  const deposit = company.depositLinks.depositOf(entityKey(record.entity, record.id));
  if (deposit !== undefined) throw depositedTransaction(deposit);
}
