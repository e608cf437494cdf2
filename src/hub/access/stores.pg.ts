import { accessVersion } from './access-version.pg.ts';
import { pgApiKeyStore } from './api-keys.pg.ts';
import { pgGuessStore } from './guesses.pg.ts';
import { pgMemberStore } from './members.pg.ts';
import { pgPeopleStore } from './people.pg.ts';
import { pgSecondFactorStore } from './second-factors.pg.ts';
import { pgSessionStore } from './sessions.pg.ts';
import type { AccessStores } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgAccessStores(doors: StoreDoors): AccessStores {
  const version = accessVersion(doors.database);
  return {
    people: pgPeopleStore(doors),
    sessions: pgSessionStore(doors, version),
    guesses: pgGuessStore(doors),
    secondFactors: pgSecondFactorStore(doors),
    members: pgMemberStore(doors),
    apiKeys: pgApiKeyStore(doors, version),
  };
}
