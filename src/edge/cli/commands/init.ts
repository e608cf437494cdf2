import { type Environment, envText, type Overrides } from '../../../platform/config/index.ts';
import type { MadeKey } from '../doors.ts';
import { CliFailure } from '../failure.ts';
import { listenerUrl } from '../listener-url.ts';
import { command, flag, option } from '../spec.ts';
import { anyText } from '../values.ts';

const TITLE = 'Settings of Counterfoil, written by `counterfoil init`. A line that begins with # is not in force.';

/** Variables by the option that sets them. */
const VARIABLES = {
  publicUrl: 'COUNTERFOIL_PUBLIC_URL',
  appUrl: 'COUNTERFOIL_APP_URL',
  host: 'COUNTERFOIL_HOST',
  port: 'COUNTERFOIL_PORT',
  edgePort: 'COUNTERFOIL_EDGE_PORT',
} as const;

export const initCommand = command({
  name: 'init',
  summary: 'Write the settings and the master key',
  description:
    'Writes .env in this folder, with every setting and what it means, and the master key in the data directory. Nothing has to be set: every setting has a default. What is there stays: an .env is never overwritten, and a master key is kept.',
  examples: [
    ['counterfoil init', 'with the defaults'],
    ['counterfoil init --public-url https://books.example.com', 'providers reach this machine there'],
    ['DATABASE_URL_FILE=/run/secrets/db counterfoil init --from-env', 'what the environment says now, written down'],
  ],
  options: {
    publicUrl: option('--public-url <url>', 'Where providers reach the port for webhooks', anyText),
    appUrl: option('--app-url <url>', 'Where browsers reach the port of the API', anyText),
    host: option('--host <address>', 'Address to listen on', anyText),
    port: option('--port <number>', 'Port of the API', anyText),
    edgePort: option('--edge-port <number>', 'Port for webhooks', anyText),
    fromEnv: flag('--from-env', 'Write also what the environment says now, secrets included'),
  },
  run: async (call, { fromEnv, ...given }) => {
    const { setUp } = call.doors;
    const options = call.overrides(variablesOf(given));
    // Read before anything is written: a wrong value leaves nothing behind.
    const config = call.config(options);
    const settings = { ...(fromEnv ? setUp.environment() : {}), ...options };
    const text = envText(TITLE, settings);
    const envFile = setUp.envFile();
    if (envFile.exists) throw alreadyThere(envFile.path);
    const masterKey = await setUp.masterKey(config);
    if (!(await setUp.writeEnvFile(text))) throw alreadyThere(envFile.path);
    const made = { envFile: envFile.path, settings, masterKey, url: listenerUrl(config) };
    return { exit: 'ok', data: { ...made, settings: Object.keys(settings).sort() }, text: report(made) };
  },
});

function variablesOf(given: Readonly<Record<keyof typeof VARIABLES, string | undefined>>): Overrides {
  const options = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
  return Object.fromEntries(
    options.flatMap((option) => (given[option] === undefined ? [] : [[VARIABLES[option], given[option]]])),
  );
}

function alreadyThere(path: string): CliFailure {
  return new CliFailure(
    'failed',
    `${path} is there already, and is left as it is.`,
    'Change it with an editor, or move it away and run `counterfoil init` again.',
  );
}

interface Made {
  readonly envFile: string;
  readonly settings: Environment;
  readonly masterKey: MadeKey | null;
  readonly url: string;
}

function report({ envFile, settings, masterKey, url }: Made): string {
  const names = Object.keys(settings).sort();
  return [
    `Settings    ${envFile}${names.length === 0 ? ', all at their defaults' : `: ${names.join(', ')}`}`,
    `Master key  ${keyText(masterKey)}`,
    '',
    'Next:',
    `  counterfoil start                  and the API answers at ${url}/api/v1/docs`,
    '  counterfoil connect quickbooks     in another terminal, the books first',
    ...(settings['COUNTERFOIL_PUBLIC_URL'] === undefined
      ? ['', 'No --public-url: providers cannot reach this machine, so what they have is fetched every minute instead.']
      : []),
  ].join('\n');
}

function keyText(key: MadeKey | null): string {
  if (key === null) return 'not here: see COUNTERFOIL_KEY_PROVIDER, COUNTERFOIL_MASTER_KEY and DATABASE_URL';
  const kept = key.isNew ? '' : 'was there and is kept; ';
  return `${key.path}: ${kept}keep a copy of it somewhere else, nothing else opens what is stored sealed`;
}
