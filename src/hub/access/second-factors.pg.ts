import type { Secret } from '../../kernel/secret.ts';
import { at, change, firstRow, sql, type Tx } from '../../platform/store/index.ts';
import { dataKeyReaderIn, dataKeysIn, type SealedTable, whileRotating } from '../../platform/vault/index.ts';
import { recordChange } from '../audit/index.ts';
import { dropSecondFactor } from './people.pg.ts';
import type { Person } from './principal.ts';
import { endSessionsOf, insertSession } from './sessions.pg.ts';
import type { Audited, NewSession, SecondFactorStore } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

const placeOf = (userId: string) => ({ table: 'totp_seeds', rowId: userId, field: 'seed' });

/** Seeds of second factors, for the rotation of data keys: under the data key of the person's home tenant. */
export const SEALED_TOTP_SEEDS: SealedTable = {
  table: 'totp_seeds',
  role: 'access',
  key: ['user_id'],
  place: ([userId]) => placeOf(userId!),
};

export function pgSecondFactorStore(doors: StoreDoors): SecondFactorStore {
  const { database, makeId, clock } = doors;
  /** Whoever held the account before proves again who they are. */
  const renew = async (tx: Tx, session: NewSession, audited: Audited) => {
    await endSessionsOf(tx, session.userId, session.createdAt);
    await insertSession(tx, session);
    await recordChange(tx, audited, makeId, clock.now());
  };
  return {
    begin: (person, seed, now) => database.access(person.homeTenantId, (tx) => begin(tx, doors, { person, seed, now })),
    seed: (person, confirmed) => database.access(person.homeTenantId, (tx) => openSeed(tx, doors, person, confirmed)),
    confirm: (step, recoveryHashes, session, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const { userId, createdAt } = session;
        const confirmed = await change(
          tx,
          sql`update totp_seeds set confirmed_at = ${at(createdAt)}, last_step = ${step} where user_id = ${userId} and confirmed_at is null`,
        );
        if (confirmed === 0) return false;
        await sql`delete from recovery_codes where user_id = ${userId}`.execute(tx);
        await sql`
          insert into recovery_codes (user_id, code_hash, created_at)
          select ${userId}, hash, ${at(createdAt)} from unnest(${[...recoveryHashes]}::bytea[]) as code (hash)`.execute(
          tx,
        );
        await renew(tx, session, audited);
        return true;
      }),
    useStep: async (userId, step) => {
      const used = await database.access(null, (tx) =>
        change(
          tx,
          sql`update totp_seeds set last_step = ${step} where user_id = ${userId} and confirmed_at is not null and last_step < ${step}`,
        ),
      );
      return used > 0;
    },
    useRecoveryCode: async (userId, hash, now) => {
      const used = await database.access(null, (tx) =>
        change(
          tx,
          sql`update recovery_codes set used_at = ${at(now)} where user_id = ${userId} and code_hash = ${hash} and used_at is null`,
        ),
      );
      return used > 0;
    },
    remove: (session, audited) =>
      database.access(audited.tenantId, async (tx) => {
        await dropSecondFactor(tx, session.userId);
        await renew(tx, session, audited);
      }),
  };
}

interface NewSeed {
  readonly person: Person;
  readonly seed: Secret;
  readonly now: number;
}

async function begin(tx: Tx, { vault, clock }: StoreDoors, { person, seed, now }: NewSeed): Promise<boolean> {
  const { homeTenantId, id } = person;
  const sealed = await vault.seal(homeTenantId, placeOf(id), seed, dataKeysIn(tx, clock));
  const kept = await change(
    tx,
    sql`
    insert into totp_seeds (user_id, tenant_id, ciphertext, key_version, created_at)
    values (${id}, ${homeTenantId}, ${sealed.ciphertext}, ${sealed.keyVersion}, ${at(now)})
    on conflict (user_id) do update
    set ciphertext = excluded.ciphertext, key_version = excluded.key_version, created_at = excluded.created_at, last_step = 0
    where totp_seeds.confirmed_at is null`,
  );
  return kept > 0;
}

function openSeed(tx: Tx, { vault }: StoreDoors, person: Person, confirmed: boolean): Promise<Secret | null> {
  return whileRotating(async () => {
    const row = await firstRow<{ readonly ciphertext: Uint8Array; readonly keyVersion: number }>(
      tx,
      sql`
      select ciphertext, key_version as "keyVersion" from totp_seeds
      where user_id = ${person.id} and (confirmed_at is not null) = ${confirmed}`,
    );
    return row && vault.open(person.homeTenantId, placeOf(person.id), row, dataKeyReaderIn(tx));
  });
}
