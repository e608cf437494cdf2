import { at, change, rows, sql } from '../../platform/store/index.ts';
import { recordChange } from '../audit/index.ts';
import { VERSION } from './access-version.pg.ts';
import type { AccessVersion } from './access-version.ts';
import { KEY_SEEN_STEP_MS } from './limits.ts';
import { hashName, NOTHING, remember } from './remember.ts';
import type { ApiKey, ApiKeyStore } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

const KEY = sql`
  id, tenant_id as "tenantId", name, prefix, scopes, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export function pgApiKeyStore({ database, makeId, clock }: StoreDoors, version: AccessVersion): ApiKeyStore {
  const known = remember<ApiKey>({ version, holds: isFresh });
  return {
    add: (key, secretHash, audited) =>
      database.access(key.tenantId, async (tx) => {
        const { id, tenantId, name, prefix, scopes, createdBy, createdAt, expiresAt } = key;
        await sql`
          insert into api_keys (id, tenant_id, name, prefix, secret_hash, scopes, created_by, created_at, expires_at)
          values (${id}, ${tenantId}, ${name}, ${prefix}, ${secretHash}, ${[...scopes]}::text[], ${createdBy}, ${at(createdAt)}, ${at(expiresAt)})`.execute(
          tx,
        );
        await recordChange(tx, audited, makeId, clock.now());
      }),
    list: (tenantId) =>
      database.access(tenantId, (tx) =>
        rows(tx, sql<ApiKey>`select ${KEY} from api_keys where tenant_id = ${tenantId} order by id desc`),
      ),
    revoke: (tenantId, id, audited, now) =>
      database.access(tenantId, async (tx) => {
        const revoked = await change(
          tx,
          sql`update api_keys set revoked_at = ${at(now)} where tenant_id = ${tenantId} and id = ${id} and revoked_at is null`,
        );
        if (revoked > 0) await recordChange(tx, audited, makeId, clock.now());
        return revoked > 0;
      }),
    find: (secretHash, now) =>
      known(hashName(secretHash), now, async () => {
        const [row] = await database.accessStatement(keyWith(secretHash, now));
        if (row === undefined) return NOTHING;
        const { version: of, ...found } = row;
        return { version: of, found };
      }),
    seen: async (id, now) => {
      await database.accessStatement(
        sql`update api_keys set last_used_at = greatest(last_used_at, ${at(now)}) where id = ${id}`,
      );
    },
  };
}

function keyWith(secretHash: Uint8Array, now: number) {
  return sql<ApiKey & { readonly version: bigint }>`
    select ${VERSION} as version, ${KEY} from api_keys
    where secret_hash = ${secretHash} and revoked_at is null and expires_at > ${at(now)} order by id`;
}

/** Use is noted after the step, so the row is looked at again; that it ends by itself is known. */
function isFresh({ lastUsedAt, expiresAt }: ApiKey, now: number): boolean {
  return now - (lastUsedAt ?? 0) < KEY_SEEN_STEP_MS && now < expiresAt;
}
