import { existsSync } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DEMO_DEFAULTS } from '../../demo/options.ts';
import type { CliDoors, CliIo, DemoRequest, HttpAnswer, Machine } from '../edge/cli/doors.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/random.ts';
import { type Config, ownerAddress, processEnvironment, readConfig } from '../platform/config/index.ts';
import { migrationStatus } from '../platform/store/index.ts';
import { createLog } from '../platform/telemetry/index.ts';
import { openInstallation } from './installation.ts';
import { RELEASE } from './release.ts';
import { serve } from './serve.ts';
import { hubStores } from './server.ts';
import { setUpDoors } from './set-up.ts';

/** The real world behind the command line. */
export function cliDoors(io: CliIo): CliDoors {
  const opened = (config: Config, mode: 'own' | 'beside', log: Parameters<typeof openInstallation>[0]['log']) =>
    openInstallation({ config, log, clock: systemClock, random: systemRandom, mode });
  const quiet = createLog({ level: 'error', format: 'pretty', destination: process.stderr });
  return {
    io,
    clock: systemClock,
    machine: realMachine,
    version: RELEASE,
    readConfig: (overrides) => readConfig(processEnvironment(), overrides),
    setUp: setUpDoors(systemRandom),
    isSetUp: async (config) => config.databaseUrl !== undefined || existsSync(join(config.dataDir, 'postgres')),
    open: async (config, { mode, log }) => {
      const installation = await opened(config, mode, log);
      const { doors, oauth, keys, tenant, close } = installation;
      return {
        ...hubStores(installation),
        doors,
        oauth,
        keys,
        tenant,
        close,
        isServed: config.databaseUrl === undefined && installation.postgres === null,
      };
    },
    migrations: {
      status: async (config) => {
        if (config.databaseUrl !== undefined) return migrationStatus(ownerAddress(config.databaseUrl));
        const installation = await opened(config, 'beside', quiet);
        try {
          return await migrationStatus(installation.owner);
        } finally {
          await installation.close();
        }
      },
      up: async (config) => {
        // Opening an installation brings its schema up to this release.
        const installation = await opened(config, 'beside', quiet);
        await installation.close();
        return installation.migrated;
      },
    },
    serve,
    demo: runDemoLazily,
    httpGet,
  };
}

/** The demo brings the sandbox along: it is loaded only when it is asked for. */
async function runDemoLazily(request: DemoRequest, io: CliIo): Promise<number> {
  const { runDemo } = await import('../../demo/run.ts');
  const asked = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  const log = createLog({ level: 'warn', format: 'pretty', destination: process.stderr });
  return runDemo({ ...DEMO_DEFAULTS, ...asked }, { out: io.stdout, err: io.stderr, log, signal: io.interrupted });
}

const realMachine: Machine = {
  runtimeVersion: process.versions.node,
  inspect: async (path) => {
    try {
      const found = await stat(path);
      return { mode: found.mode & 0o777, isDirectory: found.isDirectory() };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  },
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
  probePort: (host, port) =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', (error) => {
        const code = 'code' in error ? String(error.code) : 'UNKNOWN';
        resolve(code === 'EADDRINUSE' ? 'taken' : code);
      });
      probe.listen(port, host, () => probe.close(() => resolve('free')));
    }),
};

/** Text of a listener on this machine; longer answers are cut, they are only looked at. */
const MAX_ANSWER_CHARACTERS = 65_536;

function httpGet(
  url: string,
  { timeout_ms, signal }: { timeout_ms: number; signal: AbortSignal },
): Promise<HttpAnswer | null> {
  return new Promise((resolve) => {
    const call = get(url, { timeout: timeout_ms, signal }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        if (text.length < MAX_ANSWER_CHARACTERS) text += chunk;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.once('error', () => resolve(null));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(null));
    call.once('close', () => resolve(null));
  });
}

/** Most that a secret file or standard input may hold. */
const MAX_TEXT_BYTES = 65_536;

export async function readTextFile(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_TEXT_BYTES), 0, MAX_TEXT_BYTES);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

export async function readStandardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.length > MAX_TEXT_BYTES) break;
  }
  return text.slice(0, MAX_TEXT_BYTES);
}

export async function readStandardLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.includes('\n') || text.length > MAX_TEXT_BYTES) break;
  }
  return text.slice(0, MAX_TEXT_BYTES).split('\n', 1)[0] ?? '';
}
