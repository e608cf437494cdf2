import type { TenantId } from '../../kernel/ids.ts';
import { at, change, firstRow, rows, sql } from '../../platform/store/index.ts';
import { recordChange } from '../audit/index.ts';
import type { Passkey, PasskeyChallenge, PasskeyStore } from './passkey-store.ts';
import type { StoreDoors } from './store-doors.ts';

const PASSKEY = sql`
  p.id, p.user_id as "userId", p.credential_id as "credentialId", p.public_key as "publicKey", p.rp_id as "rpId", p.counter,
  p.transports, p.name, p.created_at as "createdAt", p.last_used_at as "lastUsedAt"`;

type PasskeyRow = Omit<Passkey, 'counter'> & { readonly counter: bigint };

function toPasskey({ counter, ...row }: PasskeyRow): Passkey {
  return { ...row, counter: Number(counter) };
}

export function pgPasskeyStore({ database, makeId, clock }: StoreDoors): PasskeyStore {
  return {
    addChallenge: ({ challengeHash, purpose, bindingHash, origin, createdAt, expiresAt }) =>
      database.access(null, async (tx) => {
        await sql`delete from passkey_challenges where expires_at <= ${at(createdAt)}`.execute(tx);
        await sql`
          insert into passkey_challenges (challenge_hash, purpose, binding_hash, origin, created_at, expires_at)
          values (${challengeHash}, ${purpose}, ${bindingHash}, ${origin}, ${at(createdAt)}, ${at(expiresAt)})`.execute(
          tx,
        );
      }),
    takeChallenge: (challengeHash, now) =>
      database.access(null, async (tx) => {
        const taken = await firstRow(
          tx,
          sql<PasskeyChallenge>`
          delete from passkey_challenges where challenge_hash = ${challengeHash}
          returning challenge_hash as "challengeHash", purpose, binding_hash as "bindingHash", origin,
            created_at as "createdAt", expires_at as "expiresAt"`,
        );
        return taken !== null && taken.expiresAt > now ? taken : null;
      }),
    add: (passkey, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const { id, userId, credentialId, publicKey, rpId, counter, transports, name, createdAt } = passkey;
        const added = await change(
          tx,
          sql`
          insert into passkeys (id, user_id, credential_id, public_key, rp_id, counter, transports, name, created_at)
          values (${id}, ${userId}, ${credentialId}, ${publicKey}, ${rpId}, ${counter}, ${[...transports]}::text[], ${name}, ${at(createdAt)})
          on conflict (credential_id) do nothing`,
        );
        if (added > 0) await recordChange(tx, audited, makeId, clock.now());
        return added > 0;
      }),
    list: async (userId) => {
      const found = await database.access(null, (tx) =>
        rows(tx, sql<PasskeyRow>`select ${PASSKEY} from passkeys p where p.user_id = ${userId} order by p.id`),
      );
      return found.map(toPasskey);
    },
    find: async (credentialId) => {
      const row = await database.access(null, (tx) => firstRow(tx, withPerson(credentialId)));
      if (row === null) return null;
      const { email, personName, homeTenantId, isMember, ...passkey } = row;
      const person = { id: row.userId, email, name: personName, homeTenantId, isMember };
      return { passkey: toPasskey(passkey), person };
    },
    use: async (id, counter, now) => {
      const used = await database.access(null, (tx) =>
        change(
          tx,
          sql`update passkeys set counter = ${counter}, last_used_at = ${at(now)}
            where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter}::bigint = 0))`,
        ),
      );
      return used > 0;
    },
    remove: (userId, id, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const removed = await change(tx, sql`delete from passkeys where id = ${id} and user_id = ${userId}`);
        if (removed > 0) await recordChange(tx, audited, makeId, clock.now());
        return removed > 0;
      }),
  };
}

interface PersonColumns {
  readonly email: string;
  readonly personName: string;
  readonly homeTenantId: TenantId;
  readonly isMember: boolean;
}

function withPerson(credentialId: Uint8Array) {
  return sql<PasskeyRow & PersonColumns>`
    select ${PASSKEY}, u.email, u.name as "personName", u.tenant_id as "homeTenantId",
      exists (select 1 from memberships m where m.user_id = u.id and m.disabled_at is null) as "isMember"
    from passkeys p join users u on u.id = p.user_id where p.credential_id = ${credentialId} order by p.id`;
}
