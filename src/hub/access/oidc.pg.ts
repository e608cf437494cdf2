import { at, change, firstRow, sql } from '../../platform/store/index.ts';
import { recordChange } from '../audit/index.ts';
import type { IdentityOwner, OidcStore, WaitingInvitation } from './oidc-store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgOidcStore({ database, makeId, clock }: StoreDoors): OidcStore {
  return {
    addFlow: ({ stateHash, bindingHash, createdAt, expiresAt }) =>
      database.access(null, async (tx) => {
        await sql`delete from oidc_flows where expires_at <= ${at(createdAt)}`.execute(tx);
        await sql`
          insert into oidc_flows (state_hash, binding_hash, created_at, expires_at)
          values (${stateHash}, ${bindingHash}, ${at(createdAt)}, ${at(expiresAt)})`.execute(tx);
      }),
    takeFlow: (stateHash, now) =>
      database.access(null, async (tx) => {
        const taken = await firstRow(
          tx,
          sql<{ bindingHash: Uint8Array; expiresAt: number }>`
          delete from oidc_flows where state_hash = ${stateHash}
          returning binding_hash as "bindingHash", expires_at as "expiresAt"`,
        );
        return taken !== null && taken.expiresAt > now ? taken.bindingHash : null;
      }),
    owner: ({ issuer, subject }) =>
      database.access(null, (tx) =>
        firstRow(
          tx,
          sql<IdentityOwner>`
          select u.id, u.email, u.name, u.tenant_id as "homeTenantId",
            exists (select 1 from memberships m where m.user_id = u.id and m.disabled_at is null) as "isMember"
          from identities i join users u on u.id = i.user_id
          where i.issuer = ${issuer} and i.subject = ${subject} order by u.id`,
        ),
      ),
    link: ({ issuer, subject }, userId, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const linked = await change(
          tx,
          sql`
          insert into identities (issuer, subject, user_id, created_at)
          values (${issuer}, ${subject}, ${userId}, ${at(clock.now())}) on conflict do nothing`,
        );
        if (linked > 0) await recordChange(tx, audited, makeId, clock.now());
        return linked > 0;
      }),
    invitationFor: (email, now) =>
      database.access(null, (tx) =>
        firstRow(
          tx,
          sql<WaitingInvitation>`
          select tenant_id as "tenantId", role, token_hash as "tokenHash" from invitations
          where email = ${email} and accepted_at is null and revoked_at is null and expires_at > ${at(now)}
          order by created_at, id limit 1`,
        ),
      ),
  };
}
