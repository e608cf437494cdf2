import type { Secret } from '../../../kernel/secret.ts';
import { change, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import {
  dataKeyReaderIn,
  dataKeysIn,
  type SealedPlace,
  type SealedTable,
  whileRotating,
} from '../../../platform/vault/index.ts';
import type { StoreDoors } from '../store.pg.ts';
import type { Authorisation, AuthorisationId } from './authorisation.ts';

/** The PKCE verifier, or what waits for whoever began: the provider's answer, or the key that a server posted. */
export type AuthorisationField = 'verifier' | 'answer';

type AuthorisationOf = Pick<Authorisation, 'tenantId' | 'id'>;

/** For the rotation of data keys. */
export const SEALED_AUTHORISATION_SECRETS: SealedTable = {
  table: 'oauth_flow_secrets',
  role: 'app',
  key: ['flow_id', 'field'],
  place: ([authorisationId, field]) => placeOf(authorisationId!, field!),
};

/** Seals and keeps a secret of an authorisation that is open at `now`; false when it is over, or has one already. */
export async function keepAuthorisationSecret(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { tenantId, id }: AuthorisationOf,
  field: AuthorisationField,
  secret: Secret,
  openAt: string,
): Promise<boolean> {
  const { ciphertext, keyVersion } = await vault.seal(tenantId, placeOf(id, field), secret, dataKeysIn(tx, clock));
  const kept = await change(
    tx,
    sql`insert into oauth_flow_secrets (flow_id, field, tenant_id, ciphertext, key_version)
      select id, ${field}::text, tenant_id, ${ciphertext}::bytea, ${keyVersion}::integer from oauth_flows
      where id = ${id} and ended_at is null and expires_at > ${openAt} for update
      on conflict (flow_id, field) do nothing`,
  );
  return kept > 0;
}

/** Null when there is none. */
export function openAuthorisationSecret(
  tx: Tx,
  { vault }: StoreDoors,
  { tenantId, id }: AuthorisationOf,
  field: AuthorisationField,
): Promise<Secret | null> {
  return whileRotating(async () => {
    const row = await firstRow<{ readonly ciphertext: Uint8Array; readonly keyVersion: number }>(
      tx,
      sql`select ciphertext, key_version as "keyVersion" from oauth_flow_secrets
        where flow_id = ${id} and field = ${field}`,
    );
    return row && vault.open(tenantId, placeOf(id, field), row, dataKeyReaderIn(tx));
  });
}

/** Erases what was sealed of an authorisation. */
export async function eraseAuthorisationSecrets(tx: Tx, id: AuthorisationId): Promise<void> {
  await change(tx, sql`delete from oauth_flow_secrets where flow_id = ${id}`);
}

function placeOf(authorisationId: string, field: string): SealedPlace {
  return { table: 'oauth_flow_secrets', rowId: authorisationId, field };
}
