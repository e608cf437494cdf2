import { exactJson, type JsonObject } from '../core/exact/json.ts';
import { Invalid } from './basics/refusal.ts';
import type { Organisation } from './books/organisation.ts';
import { deleteAccount } from './entities/account.ts';
import { RULES } from './entities/all.ts';
import { given } from './entities/fields.ts';
import { deleteItem } from './entities/item.ts';
import type { Kind, XeroRecord } from './store/record.ts';

/** Unit amounts on the screen have four decimals. */
const HOW = { unitDecimals: 4 };

/** A person's actions at Xero's screen, under the rules of the API. A refusal throws `Invalid`. */
export const people = {
  create(organisation: Organisation, kind: Kind, body: unknown): JsonObject {
    const record = RULES[kind].create(organisation, given(exactJson(body)), HOW);
    return RULES[kind].view(organisation, record, true);
  },
  edit(organisation: Organisation, kind: Kind, id: string, patch: unknown): JsonObject {
    const record = RULES[kind].update(organisation, found(organisation, kind, id), given(exactJson(patch)), HOW);
    return RULES[kind].view(organisation, record, true);
  },
  remove(organisation: Organisation, kind: Kind, id: string): void {
    const record = found(organisation, kind, id);
    if (kind === 'Item') deleteItem(organisation, record);
    else if (kind === 'Account') deleteAccount(organisation, record);
    else RULES[kind].update(organisation, record, { Status: 'DELETED' }, HOW);
  },
  /** Marks a payment or bank transaction as matched with a statement line: it cannot be changed any more. */
  reconcile(organisation: Organisation, kind: 'BankTransaction' | 'Payment', id: string): void {
    const record = found(organisation, kind, id);
    organisation.change(record, { ...record.data, IsReconciled: true });
  },
};

function found(organisation: Organisation, kind: Kind, id: string): XeroRecord {
  const record = organisation.get(kind, id);
  if (record === undefined) throw new Invalid(`There is no ${kind} ${id}`);
  return record;
}
