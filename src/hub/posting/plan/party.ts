import type { CustomerRef } from '../../../model/facts.ts';
import type { Party } from './types.ts';

/** The ledger customer of a source's customer: by name, else by address, else by the source's id. */
export function partyOf(customer: CustomerRef): Party {
  return { name: customer.name ?? customer.email ?? customer.id ?? 'Unknown customer', email: customer.email };
}
