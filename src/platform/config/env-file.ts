import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadEnvFile as load } from 'node:process';

/** Settings beside which the program is started; what the environment itself says goes before them. */
export const ENV_FILE = '.env';

/** Adds the settings of `.env` in the working directory to the environment of this process, when there is one. */
export function loadEnvFile(): void {
  const path = resolve(ENV_FILE);
  if (existsSync(path)) load(path);
}
