import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SetUpDoors } from '../edge/cli/doors.ts';
import type { Random } from '../kernel/random.ts';
import { ENV_FILE, processEnvironment, settingsIn } from '../platform/config/index.ts';
import { createPrivateFile, masterKeyPath, openMasterKey } from '../platform/vault/index.ts';

/** What `init` makes, on this machine. */
export function setUpDoors(random: Pick<Random, 'bytes'>): SetUpDoors {
  const path = resolve(ENV_FILE);
  return {
    environment: () => settingsIn(processEnvironment()),
    envFile: () => ({ path, exists: existsSync(path) }),
    writeEnvFile: (text) => createPrivateFile(path, text, random),
    masterKey: async ({ dataDir, keySource, databaseUrl }) => {
      if (keySource.kind !== 'local' || keySource.given !== undefined || databaseUrl !== undefined) return null;
      const keyFile = masterKeyPath(dataDir);
      const isNew = !existsSync(keyFile);
      await openMasterKey({ dataDir, given: undefined, registered: async () => [], random });
      return { path: keyFile, isNew };
    },
  };
}
