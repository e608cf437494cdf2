import type { Grant, GrantLease, TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import type { GrantStore } from '../../../src/hub/connections/oauth/grant-store.ts';
import type { Secret } from '../../../src/kernel/secret.ts';
import type { Canary } from './canary.ts';

/** Changes the store of grants of every process; what `change` keeps is shared by the processes of a world. */
function grants(change: () => (store: GrantStore) => Partial<GrantStore>): Canary {
  return () => {
    const changed = change();
    return { stores: (opened) => ({ ...opened, grants: { ...opened.grants, ...changed(opened.grants) } }) };
  };
}

const HOUR_MS = 3_600_000;

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
    lease: (connection, owner, now, lease_ms) => store.lease(connection, owner, now + HOUR_MS, lease_ms - HOUR_MS),
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
  'the refresh token before is forgotten before the newest has worked': grants(() => (store) => ({
    save: async (connection, lease, tokens, now) => {
      const outcome = await store.save(connection, lease, tokens, now);
      if (outcome === 'saved') await store.prove(connection, lease.generation + 1n);
      return outcome;
    },
  })),
  'a rotated refresh token is not stored': grants(() => (store) => ({
    save: (connection, lease, tokens, now) => store.save(connection, lease, { ...tokens, refresh: null }, now),
  })),
};

function withTokens(grant: Grant | null, tokens: TokenSet | undefined): Grant | null {
  if (grant === null || tokens === undefined) return grant;
  return { ...grant, access: tokens.access, accessExpiresAt: tokens.accessExpiresAt };
}
