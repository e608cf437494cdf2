import { readAccessVersion } from './access-version.pg.ts';
import { type AccessVersion, accessVersion } from './access-version.ts';
import { pgApiKeyStore } from './api-keys.pg.ts';
import { pgGuessStore } from './guesses.pg.ts';
import { pgMemberStore } from './members.pg.ts';
import { pgOidcStore } from './oidc.pg.ts';
import { pgPasskeyStore } from './passkeys.pg.ts';
import { pgPeopleStore } from './people.pg.ts';
import { pgSecondFactorStore } from './second-factors.pg.ts';
import { pgSessionStore } from './sessions.pg.ts';
import type { AccessStores } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgAccessStores(doors: StoreDoors): AccessStores {
  const version = accessVersion(readAccessVersion(doors.database), doors.clock);
  return withChanges(version, {
    people: pgPeopleStore(doors),
    sessions: pgSessionStore(doors, version),
    guesses: pgGuessStore(doors),
    secondFactors: pgSecondFactorStore(doors),
    members: pgMemberStore(doors),
    apiKeys: pgApiKeyStore(doors, version),
    passkeys: pgPasskeyStore(doors),
    oidc: pgOidcStore(doors),
  });
}

/** What a verb of this process ends is over for the very next request; the database counts it for the others. */
function withChanges({ changing }: AccessVersion, stores: AccessStores): AccessStores {
  const { people, sessions, secondFactors, members, apiKeys } = stores;
  return {
    ...stores,
    people: {
      ...people,
      claim: changing(people.claim),
      resetPassword: changing(people.resetPassword),
      changePassword: changing(people.changePassword),
    },
    sessions: {
      ...sessions,
      start: changing(sessions.start),
      end: changing(sessions.end),
      revoke: changing(sessions.revoke),
      revokeOthers: changing(sessions.revokeOthers),
    },
    secondFactors: {
      ...secondFactors,
      confirm: changing(secondFactors.confirm),
      remove: changing(secondFactors.remove),
    },
    members: { ...members, change: changing(members.change), accept: changing(members.accept) },
    apiKeys: { ...apiKeys, revoke: changing(apiKeys.revoke) },
  };
}
