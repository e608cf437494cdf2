import type { LocalDate } from '../../kernel/dates.ts';
import { formatAmount, type Money } from '../../kernel/money.ts';
import type { DocumentKind } from '../../model/document.ts';
import type { PlannedPosting, Reason } from './plan/index.ts';

/** A posting as a person speaks of it. */
interface Named {
  readonly kind: DocumentKind;
  readonly on: LocalDate;
  readonly total: Money;
}

interface Line {
  readonly role: string;
  readonly amount: Money;
}

/** What an entry says in the books: day, kind and lines. A memo that changed is no other entry. */
export function entryText({ on, kind }: Pick<Named, 'on' | 'kind'>, lines: readonly Line[]): string {
  return `${on} ${kind} ${lines.map(({ role, amount }) => `${role} ${amount.minor} ${amount.currency}`).join(', ')}`;
}

/** For the person who is told that the source says something else than the ledger has. */
export function differenceText(posted: Named, { document, total }: Pick<PlannedPosting, 'document' | 'total'>): string {
  const wanted = name({ kind: document.kind, on: document.on, total });
  return `The ledger has a ${name(posted)}; the source now makes it a ${wanted}. The ledger was not changed.`;
}

/** For the person who is told that an entry is taken back. */
export function removalText({ detail }: Reason, total: Money): string {
  return `${detail} The entry of ${formatAmount(total)} ${total.currency} is being removed from the ledger.`;
}

function name({ kind, on, total }: Named): string {
  return `${kind} of ${formatAmount(total)} ${total.currency} on ${on}`;
}
