import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { duplicateDocNumber } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import type { TransactionKind } from '../entities/transaction-kind.ts';
import type { StoredEntity } from '../store/entity.ts';

/** Asks QuickBooks for the next number although custom numbers are on. */
const AUTO = 'AUTO_GENERATE';
const FIRST_NUMBER = 1001;

/** The draft under the number it will have; 6140 when custom numbers are on and the number is taken. */
export function withDocNumber(
  company: Company,
  kind: TransactionKind,
  draft: JsonObject,
  parts: { previous: StoredEntity | undefined; allowDuplicate: boolean },
): JsonObject {
  if (kind.numbering === 'none') return draft;
  const { DocNumber: _sent, ...rest } = draft;
  const number = numberFor(company, kind, draft, parts.previous);
  if (number === undefined) return rest;
  if (company.prefers('SalesFormsPrefs', 'CustomTxnNumbers') && !parts.allowDuplicate) {
    const other = company.records
      .of(kind.entity)
      .numbered(number)
      .find((record) => record.id !== parts.previous?.id);
    if (other !== undefined) throw duplicateDocNumber(number, kind.entity, other.id);
  }
  return { ...rest, DocNumber: number };
}

function numberFor(
  company: Company,
  kind: TransactionKind,
  draft: JsonObject,
  previous: StoredEntity | undefined,
): string | undefined {
  const sent = textAt(draft, 'DocNumber');
  const before = textAt(previous?.data, 'DocNumber');
  if (sent === AUTO) return before ?? nextNumber(company, kind);
  if (kind.numbering === 'own') return sent ?? ownNumber(company, kind, before);
  return company.prefers('SalesFormsPrefs', 'CustomTxnNumbers') ? sent : (before ?? nextNumber(company, kind));
}

/** Journal entries number themselves when the preference says so; others stay without a number. */
function ownNumber(company: Company, kind: TransactionKind, before: string | undefined): string | undefined {
  const automatic = kind.entity === 'JournalEntry' && company.prefers('AccountingInfoPrefs', 'AutoJournalEntryNumber');
  if (!automatic || company.prefers('SalesFormsPrefs', 'CustomTxnNumbers')) return undefined;
  return before ?? nextNumber(company, kind);
}

/** The next free number; the sales forms share one series. */
function nextNumber(company: Company, kind: TransactionKind): string {
  const series = kind.numbering === 'sales' ? 'number:sales' : `number:${kind.entity}`;
  for (;;) {
    const number = String(company.records.count(series, FIRST_NUMBER));
    if (company.records.of(kind.entity).numbered(number).length === 0) return number;
  }
}
