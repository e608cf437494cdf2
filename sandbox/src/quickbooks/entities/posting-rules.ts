import { businessRule } from '../basics/fault.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import { accountType, PAYABLE, RECEIVABLE } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';

/** Refuses (6000) a line on an account that takes none, or on a receivable or payable without its party. */
export function refuseUnpostable(account: StoredEntity, party: StoredEntity | undefined): void {
  const type = accountType(account);
  if (type === 'Non-Posting') throw businessRule('The account takes no entries.');
  if (type === RECEIVABLE && party?.entity !== 'Customer') {
    throw businessRule('A line on accounts receivable needs a customer in its Entity.');
  }
  if (type === PAYABLE && party?.entity !== 'Vendor') {
    throw businessRule('A line on accounts payable needs a vendor in its Entity.');
  }
}

/** The open-item side of a line: only receivables and payables have one. */
export function openSide(account: StoredEntity, amount: bigint): Pick<EntryLine, 'open'> {
  return [RECEIVABLE, PAYABLE].includes(accountType(account)) ? { open: amount } : {};
}
