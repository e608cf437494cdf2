import type { OpenInvoice } from '../../connectors/sdk/index.ts';
import type { Json } from '../../kernel/json.ts';
import { readJson } from '../connections/index.ts';
import type { Company } from './company.ts';
import type { DeliveryTurn } from './turn.ts';

/** Numbers looked up in one turn. */
const NUMBERS_PER_TURN = 50;

/** Finds the ledger invoices that payments name, so that their facts can be planned. */
export async function lookUpNumbers(turn: DeliveryTurn, company: Company): Promise<void> {
  const { doors, store, caller, lease, signal } = turn;
  for (const number of await store.numbersWanted(caller.connection, NUMBERS_PER_TURN)) {
    signal.throwIfAborted();
    const found = (await invoicesOf(turn, number)).filter((invoice) => !invoice.voided);
    // Two invoices of one number cannot be told apart: the payment is held, a person decides.
    const only = found.length === 1 ? { ...found[0]!, currency: found[0]!.currency || company.homeCurrency } : null;
    await store.saveNumber(lease, number, only, doors.clock.now());
  }
}

async function invoicesOf({ doors, caller, signal }: DeliveryTurn, number: string): Promise<readonly OpenInvoice[]> {
  const { invoicesByNumber } = doors.registry.ledger(caller.connection.provider);
  const query = { number };
  const found: OpenInvoice[] = [];
  let page: Json | null = null;
  do {
    const request = invoicesByNumber.request(caller.connection.accountId, query, page);
    const listed = invoicesByNumber.read(query, page, await readJson(doors, caller, request, { lane: 'live', signal }));
    found.push(...listed.rows);
    page = listed.next;
  } while (page !== null);
  return found;
}
