import type { Connection } from '../../../src/hub/connections/index.ts';
import type { Grant, GrantLease, TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import type { GrantStore } from '../../../src/hub/connections/oauth/grant-store.ts';
import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { Secret } from '../../../src/kernel/secret.ts';
import type { Canary } from './canary.ts';

/** Changes the store of grants of every process; what `change` keeps is shared by the processes of a world. */
function grants(change: () => (store: GrantStore) => Partial<GrantStore>): Canary {
  return () => {
    const changed = change();
    return { stores: (opened) => ({ ...opened, grants: { ...opened.grants, ...changed(opened.grants) } }) };
  };
}

const FOR_EVER = Number.MAX_SAFE_INTEGER / 2;

/** Mistakes with tokens that end. */
export const TOKEN_CANARIES: Readonly<Record<string, Canary>> = {
  'a token is used before it is stored': grants(() => {
    const waiting = new Map<string, TokenSet>();
    return (store) => ({
      // Stored with the next refresh only; whoever looks sees the new ones at once.
      save: async (connection, lease, tokens, now) => {
        const before = waiting.get(connection.id);
        waiting.set(connection.id, tokens);
        return before === undefined ? 'superseded' : store.save(connection, lease, before, now);
      },
      find: async (connection) => withTokens(await store.find(connection), waiting.get(connection.id)),
    });
  }),
  'a refresh needs no lease': grants(() => (store) => ({
    lease: (connection, owner, now, lease_ms) => store.lease(connection, owner, now + 3_600_000, lease_ms),
  })),
  'a refresh token is replaced by an older one': grants(() => {
    const last = new Map<string, Secret>();
    return (store) => ({
      save: (connection, lease, tokens, now) => {
        const older = last.get(connection.id) ?? tokens.refresh;
        if (tokens.refresh !== null) last.set(connection.id, tokens.refresh);
        return store.save(connection, lease, { ...tokens, refresh: older }, now);
      },
      keep: (draft, tokens, clientId, now) => {
        if (tokens.refresh !== null) last.set(draft.id, tokens.refresh);
        return store.keep(draft, tokens, clientId, now);
      },
    });
  }),
  'tokens are stored over newer ones': grants(() => {
    const newest = (lease: GrantLease, grant: Grant | null) => ({ ...lease, generation: grant?.generation ?? 0n });
    return (store) => ({
      save: async (connection, lease, tokens, now) =>
        store.save(connection, newest(lease, await store.find(connection)), tokens, now),
    });
  }),
  'a rotated refresh token is not stored': grants(() => (store) => ({
    save: (connection, lease, tokens, now) => store.save(connection, lease, { ...tokens, refresh: null }, now),
  })),
  'one try to store tokens is enough': grants(() => {
    const lost = new Set<TokenSet>();
    return (store) => ({
      save: async (connection, lease, tokens, now) => {
        if (lost.has(tokens)) return 'superseded';
        try {
          return await store.save(connection, lease, tokens, now);
        } catch (error) {
          lost.add(tokens);
          throw error;
        }
      },
    });
  }),
  'a refusal for a moment ends a sign-in': () => ({
    stores: (opened) => ({
      ...opened,
      grants: {
        ...opened.grants,
        release: async (connection, lease, retryAt) => {
          await opened.grants.release(connection, lease, retryAt);
          if (retryAt === null) return;
          const grant = await opened.grants.find(connection);
          if (grant !== null) await opened.connections.needsOwner(connection, troubleOf(connection, grant), retryAt);
        },
      },
    }),
  }),
  'a lease of a refresh never ends': grants(() => (store) => ({
    lease: (connection, owner, now) => store.lease(connection, owner, now, FOR_EVER - now),
  })),
};

function withTokens(grant: Grant | null, tokens: TokenSet | undefined): Grant | null {
  if (grant === null || tokens === undefined) return grant;
  return { ...grant, access: tokens.access, accessExpiresAt: tokens.accessExpiresAt };
}

function troubleOf({ id, tenantId }: Connection, { access }: Grant) {
  const { code, message } = new CounterfoilError('oauth.grant_rejected');
  const event = { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id } } as const;
  return { code, token: access, reason: message, detail: message, event };
}
