import type { LedgerCompany } from '../../connectors/sdk/index.ts';
import type { Json } from '../../kernel/json.ts';
import { readJson } from '../connections/index.ts';
import type { Posting } from './posting.ts';
import type { DeliveryTurn } from './turn.ts';

/** The closing date and number settings are read again after this. */
const COMPANY_FRESH_MS = 3_600_000;

export type Company = LedgerCompany;

/** The company's terms, at most an hour old: what a person closes in the books is obeyed without a refusal first. */
export async function readCompany(
  turn: Pick<DeliveryTurn, 'doors' | 'store' | 'caller' | 'lease' | 'signal'>,
  fresh = false,
): Promise<Company> {
  const { doors, store, caller, lease, signal } = turn;
  const known = await store.company(caller.connection);
  const age_ms = doors.clock.now() - (known?.readAt ?? 0);
  // Read in our future is read by a machine whose clock is ahead: nobody knows when.
  if (!fresh && known !== null && age_ms >= 0 && age_ms < COMPANY_FRESH_MS) return known;
  const connector = doors.registry.ledger(caller.connection.provider);
  const companyId = caller.connection.accountId;
  const bodies: Json[] = [];
  for (const request of connector.company.requests(companyId))
    bodies.push(await readJson(doors, caller, request, { lane: 'live', signal }));
  const company = connector.company.read(companyId, bodies);
  await store.saveCompany(lease, company, doors.clock.now());
  return company;
}

export function isClosed({ on }: Pick<Posting, 'on'>, { closedThrough }: Pick<Company, 'closedThrough'>): boolean {
  return closedThrough !== null && on <= closedThrough;
}
