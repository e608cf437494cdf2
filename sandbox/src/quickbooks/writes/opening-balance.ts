import { minorAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import { accountType } from '../books/references.ts';
import { systemAccount } from '../books/system-accounts.ts';
import { balanceSign } from '../entities/account-types.ts';
import { journalEntryKind } from '../entities/journal-entry.ts';
import type { StoredEntity } from '../store/entity.ts';
import { storeTransaction } from './save-transaction.ts';

/** Books the opening balance a new account was sent with, against opening balance equity. */
export function bookOpeningBalance(company: Company, account: StoredEntity, draft: JsonObject): void {
  const opening = minorAt(draft, 'OpeningBalance') ?? 0n;
  if (opening === 0n) return;
  const signed = opening * balanceSign(accountType(account));
  const size = Decimal.fromMinor(signed < 0n ? -signed : signed);
  const line = (id: string, isDebit: boolean): JsonObject => ({
    Amount: size,
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: { PostingType: isDebit ? 'Debit' : 'Credit', AccountRef: { value: id } },
  });
  const equity = systemAccount(company, 'OpeningBalanceEquity');
  storeTransaction(company, journalEntryKind, {
    TxnDate: textAt(draft, 'OpeningBalanceDate') ?? company.today(),
    PrivateNote: 'Opening Balance',
    Line: [line(account.id, signed > 0n), line(equity.id, signed < 0n)],
  });
}
