import type { LedgerAccount } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { derivedHash } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import { askJson, type Pair, readJson } from '../connections/index.ts';
import { findOrCreate, type LedgerCalls } from './names.ts';
import { proposeRoles, type Role, type RoleProposal } from './roles.ts';
import type { BooksDoors } from './store.ts';

export interface OpenBooks extends LedgerCalls {
  readonly doors: BooksDoors;
  readonly pair: Pair;
  readonly source: { readonly provider: string; readonly displayName: string };
  /** Currencies in which the source settles. */
  readonly currencies: readonly string[];
}

export interface OpenedBooks {
  readonly mapped: number;
  readonly created: number;
}

/**
 * Maps every role that the source needs to an account, item, customer or vendor of the ledger, by name, and makes those
 * that are not there. What is mapped already is left as it is, whoever mapped it.
 */
export async function openBooks(open: OpenBooks): Promise<OpenedBooks> {
  const { doors, pair } = open;
  const known = new Map((await doors.mapping.roles(pair)).map((one) => [one.role, one.ledgerId]));
  const chart = await chartOfAccounts(open);
  let created = 0;
  const keep = async (role: Role, ledgerId: string, name: string) => {
    known.set(role, ledgerId);
    await doors.mapping.saveRole(pair, { role, ledgerId, name }, doors.clock.now());
  };
  if (!known.has('AR')) {
    const receivable = chart.find((account) => account.type === 'receivable' && account.active);
    if (receivable) await keep('AR', receivable.accountId, receivable.name);
  }
  const proposals = proposeRoles({
    provider: open.source.provider,
    providerName: open.source.displayName,
    currencies: open.currencies,
  });
  for (const proposal of proposals) {
    if (known.has(proposal.role)) continue;
    const { id, isNew } = await provide(open, proposal, chart, known);
    await keep(proposal.role, id, proposal.name);
    if (isNew) created += 1;
  }
  return { mapped: known.size, created };
}

async function provide(
  open: OpenBooks,
  proposal: RoleProposal,
  chart: readonly LedgerAccount[],
  known: ReadonlyMap<Role, string>,
): Promise<{ id: string; isNew: boolean }> {
  if (proposal.kind === 'account') return provideAccount(open, proposal, chart);
  const incomeAccountId = proposal.incomeRole === undefined ? undefined : known.get(proposal.incomeRole);
  return {
    id: await findOrCreate(open, {
      kind: proposal.kind,
      name: proposal.name,
      ...(incomeAccountId ? { incomeAccountId } : {}),
    }),
    isNew: false,
  };
}

async function provideAccount(
  open: OpenBooks,
  proposal: RoleProposal & { kind: 'account' },
  chart: readonly LedgerAccount[],
): Promise<{ id: string; isNew: boolean }> {
  const found = chart.find((account) => account.name === proposal.name);
  if (found) {
    assertUsable(found, proposal);
    return { id: found.accountId, isNew: false };
  }
  const { doors, caller, signal } = open;
  const connector = doors.registry.ledger(caller.connection.provider);
  const { accountId: companyId } = caller.connection;
  const key = `acc_${derivedHash([companyId, proposal.name])}`;
  // A currency is named only where it differs from the ledger's own: companies with one currency refuse it.
  const request = connector.createAccount(companyId, { name: proposal.name, type: proposal.type, currency: null, key });
  return {
    id: connector.readAccount(await askJson(doors, caller, request, { lane: 'live', signal })).accountId,
    isNew: true,
  };
}

function assertUsable(account: LedgerAccount, proposal: RoleProposal & { kind: 'account' }): void {
  const problem = !account.active
    ? 'is inactive'
    : account.type !== proposal.type
      ? `is of type ${account.type} instead of ${proposal.type}`
      : null;
  if (problem === null) return;
  throw new CounterfoilError('ledger.account_invalid', {
    field: proposal.role,
    detail: `The account "${account.name}" for ${proposal.role} ${problem}.`,
  });
}

async function chartOfAccounts({ doors, caller, signal }: LedgerCalls): Promise<readonly LedgerAccount[]> {
  const { accounts } = doors.registry.ledger(caller.connection.provider);
  const found: LedgerAccount[] = [];
  let page: Json | null = null;
  do {
    const listed = accounts.read(
      null,
      page,
      await readJson(doors, caller, accounts.request(caller.connection.accountId, null, page), {
        lane: 'live',
        signal,
      }),
    );
    found.push(...listed.rows);
    page = listed.next;
  } while (page !== null);
  return found;
}
