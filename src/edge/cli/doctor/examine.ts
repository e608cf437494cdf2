import { join } from 'node:path';
import { checkup } from '../../../hub/operate/index.ts';
import { isCounterfoilError } from '../../../kernel/errors.ts';
import type { Config } from '../../../platform/config/index.ts';
import type { KeySource } from '../../../platform/vault/index.ts';
import type { Call } from '../call.ts';
import type { OpenHub } from '../doors.ts';
import { listenerUrl } from '../listener-url.ts';
import { type Check, fail, ok } from './check.ts';
import { judgeConnections } from './judge-connections.ts';
import { judgeDatabase, judgeMigrations } from './judge-database.ts';
import { judgeKeys } from './judge-keys.ts';
import {
  judgeDirectory,
  judgeDisk,
  judgePort,
  judgePublicUrl,
  judgeRuntime,
  judgeSecretFile,
} from './judge-machine.ts';

/** How long a listener of this machine gets to answer. */
const ASK_TIMEOUT_MS = 2_000;

/** Looks at everything, from the machine inwards. What cannot be looked at is a finding as well. */
export async function examine(call: Call, config: Config): Promise<readonly Check[]> {
  const checks: Check[] = [ok('configuration', 'readable'), judgeRuntime(call.doors.machine.runtimeVersion)];
  checks.push(...(await examineFiles(call, config)), ...(await examinePorts(call, config)));
  checks.push(judgePublicUrl(config.publicUrl, config.poll_ms));
  if (!(await call.doors.isSetUp(config))) {
    return [
      ...checks,
      fail('database', 'nothing is set up yet', 'Run `counterfoil connect quickbooks` or `counterfoil start`.'),
    ];
  }
  return [...checks, ...(await examineDatabase(call, config))];
}

async function examineFiles({ doors: { machine } }: Call, { dataDir, keySource }: Config): Promise<Check[]> {
  const directory = await machine.inspect(dataDir);
  const found = [judgeDirectory(dataDir, directory)];
  if (!directory?.isDirectory) return found;
  const secrets = [
    ...(isKeyFile(keySource) ? [{ name: 'master key', file: 'master.key' }] : []),
    { name: 'API token', file: 'api.token' },
    { name: 'database password', file: 'connection.json' },
  ];
  for (const { name, file } of secrets) {
    const path = join(dataDir, file);
    found.push(judgeSecretFile(name, path, await machine.inspect(path)));
  }
  if (!isKeyFile(keySource)) found.push(ok('master key', originOf(keySource)));
  return [...found, judgeDisk(await machine.freeBytes(dataDir))];
}

function isKeyFile(source: KeySource): boolean {
  return source.kind === 'local' && source.given === undefined;
}

function originOf(source: KeySource): string {
  if (source.kind === 'aws-kms') return `held by AWS KMS: ${source.arn}`;
  if (source.kind === 'vault-transit') return `held by the transit engine at ${source.url}: ${source.key}`;
  const what = source.kind === 'passphrase' ? 'made of a passphrase, ' : '';
  return `${what}given by ${source.given?.origin}`;
}

async function examinePorts({ doors, signal }: Call, config: Config): Promise<Check[]> {
  if (config.role === 'worker') return [];
  const { host, port, edgePort } = config;
  const live =
    port === 0
      ? null
      : await doors.httpGet(`${listenerUrl(config)}/health/live`, { timeout_ms: ASK_TIMEOUT_MS, signal });
  const isServerOurs = live?.status === 200;
  const ports = [
    { name: 'API port', port },
    { name: 'edge port', port: edgePort },
  ];
  const found: Check[] = [];
  for (const { name, port: one } of ports) {
    const probed = one === 0 ? 'free' : await doors.machine.probePort(host, one);
    found.push(judgePort({ name, host, port: one, found: probed, isServerOurs }));
  }
  return found;
}

async function examineKeys({ keys }: OpenHub, now: number): Promise<readonly Check[]> {
  return [await tryKeys(keys), ...judgeKeys(await keys.status(), now)];
}

async function tryKeys(keys: OpenHub['keys']): Promise<Check> {
  try {
    await keys.tryKeys();
    return ok('key', 'wraps and unwraps');
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    return fail('key', `${error.message} (${error.code})`, error.remedy);
  }
}

async function examineDatabase(call: Call, config: Config): Promise<readonly Check[]> {
  try {
    // Opening brings the schema up to date, so what is missing is asked before.
    const migrations = judgeMigrations(await call.doors.migrations.status(config));
    if (migrations.status === 'fail') return [migrations];
    return await call.withHub(async (hub, { id }) => {
      call.output.progress('Asking the providers');
      const found = await checkup(hub.doors, id);
      return [
        migrations,
        ...judgeDatabase(found.database),
        ...(await examineKeys(hub, call.doors.clock.now())),
        ...judgeConnections(found),
      ];
    });
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    return [fail('database', `${error.message} (${error.code})`, error.remedy)];
  }
}
