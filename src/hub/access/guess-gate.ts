import { sha256Hex } from '../../kernel/digest.ts';
import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { AccessDoors } from './access-doors.ts';
import { judgeGuess } from './judge-guess.ts';
import { GUESSES } from './limits.ts';
import type { Client } from './store.ts';

/** Whose guesses are counted together. An account is named by a hash: there may be none under that address. */
export interface GuessSubjects {
  /** Normalised e-mail address; null for a code that belongs to no account. */
  readonly email: string | null;
  /** Null when the address was counted before. */
  readonly client: Client | null;
}

function subjectsOf({ email, client }: GuessSubjects) {
  return {
    account: email === null ? null : `account:${sha256Hex(email)}`,
    address: client === null ? null : `address:${client.address}`,
  };
}

/** Counts a guess before it is judged. Throws `access.too_many_guesses` when account or address has to wait. */
export async function takeGuess({ stores, clock }: AccessDoors, about: GuessSubjects): Promise<void> {
  const { account, address } = subjectsOf(about);
  const subjects = [account, address].filter((one) => one !== null);
  const now = clock.now();
  const judge = (subject: string, known: Parameters<typeof judgeGuess>[0]) =>
    judgeGuess(known, subject.startsWith('account:') ? GUESSES.account : GUESSES.address, now);
  const { wait_ms } = await stores.guesses.take(subjects, judge, now);
  if (wait_ms > 0) throw new CounterfoilError('access.too_many_guesses', { retryAfter_ms: wait_ms });
}

/** The guess was right: whoever knows better has nothing to wait for. */
export async function forgiveGuess({ stores }: AccessDoors, about: GuessSubjects): Promise<void> {
  const { account, address } = subjectsOf(about);
  await stores.guesses.forgive(account, address);
}

/** Notes a refusal among the security events, then throws it. What was wrong is not said to anybody. */
export async function refuseGuess(
  { stores, clock }: AccessDoors,
  code: ErrorCode,
  event: { readonly kind: string; readonly tenantId: TenantId | null; readonly client: Client },
): Promise<never> {
  const { kind, tenantId, client } = event;
  await stores.guesses.note({ tenantId, kind, detail: { address: client.address } }, clock.now());
  throw new CounterfoilError(code);
}
