import type { LedgerName, NameKind } from '../../connectors/sdk/index.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import { derivedHash } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import { askJson, type Caller, readJson, type WorkDoors } from '../connections/index.ts';

/** What a call to a ledger needs. */
export interface LedgerCalls {
  readonly doors: WorkDoors;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

interface Wanted {
  readonly kind: NameKind;
  readonly name: string;
  readonly email?: string | null;
  readonly currency?: string;
  readonly incomeAccountId?: string;
}

/** The ledger's customer, vendor or item of this name, made when there is none. Names are unique, so twice is once. */
export async function findOrCreate(turn: LedgerCalls, wanted: Wanted): Promise<string> {
  const found = await findName(turn, wanted);
  if (found !== null) return found.id;
  try {
    return await createName(turn, wanted, wanted.name);
  } catch (error) {
    if (!isCounterfoilError(error) || error.kind !== 'conflict') throw error;
    // Another kind of name (a vendor, an employee) has it: ours gets a word behind it.
    const other = `${wanted.name} (${wanted.kind})`;
    return (await findName(turn, { ...wanted, name: other }))?.id ?? createName(turn, wanted, other);
  }
}

async function findName({ doors, caller, signal }: LedgerCalls, { kind, name }: Wanted): Promise<LedgerName | null> {
  const { names } = doors.registry.ledger(caller.connection.provider);
  const query = { kind, name };
  let page: Json | null = null;
  let found: LedgerName | null = null;
  do {
    const listed = names.read(
      query,
      page,
      await readJson(doors, caller, names.request(caller.connection.accountId, query, page), { lane: 'live', signal }),
    );
    found ??= listed.rows.find((row) => row.active) ?? listed.rows[0] ?? null;
    page = listed.next;
  } while (page !== null);
  return found;
}

async function createName({ doors, caller, signal }: LedgerCalls, wanted: Wanted, name: string): Promise<string> {
  const connector = doors.registry.ledger(caller.connection.provider);
  const { accountId } = caller.connection;
  const { email, currency, incomeAccountId } = wanted;
  const request = connector.createName(accountId, {
    kind: wanted.kind,
    name,
    key: `nam_${derivedHash([accountId, wanted.kind, name])}`,
    ...(email ? { email } : {}),
    ...(currency ? { currency } : {}),
    ...(incomeAccountId ? { incomeAccountId } : {}),
  });
  return connector.readName(wanted.kind, await askJson(doors, caller, request, { lane: 'live', signal })).id;
}
