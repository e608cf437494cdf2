import { resolve } from 'node:path';
import { sql } from '../../src/platform/store/index.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { startProgram } from '../support/programs.ts';
import { runQuietly } from '../support/run-quietly.ts';
import { type Stage, temporaryFolder } from '../support/stage.ts';

/** The most used engine from npm that puts Stripe's webhooks into PostgreSQL. */
export const PEER = '@supabase/stripe-sync-engine';

const SERVER = resolve(import.meta.dirname, 'peer-server.ts');
const INSTALL_TIMEOUT_MS = 120_000;

export type StartedPeer =
  | { readonly port: number; readonly pid: number; readonly version: string }
  | { readonly skipped: string };

/** Installs the peer for this run only and starts it on the stage's PostgreSQL; or says why it cannot be measured. */
export async function startPeer(stage: Stage, secret: string, cleanup: Cleanup): Promise<StartedPeer> {
  const folder = await temporaryFolder(cleanup);
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const installed = await runQuietly('npm', [...install, PEER, 'stripe'], { timeout_ms: INSTALL_TIMEOUT_MS });
  if (installed.code !== 0)
    return { skipped: `npm could not install ${PEER}: ${lastLine(installed.stderr) || 'no answer in time'}` };
  const { owner } = stage;
  // Its migrations hand their tables to a role of this name.
  await stage.query(sql`create role postgres`);
  const databaseUrl = `postgres://${owner.user}:${encodeURIComponent(owner.password)}@localhost/${owner.database}?host=${encodeURIComponent(owner.host)}`;
  try {
    const { hello, pid } = await startProgram<{ port: number }>({
      file: SERVER,
      args: [folder, PEER, databaseUrl, secret],
      cleanup,
    });
    return { port: hello.port, pid, version: await versionIn(folder) };
  } catch (error) {
    return { skipped: `${PEER} does not start: ${error instanceof Error ? lastLine(error.message) : String(error)}` };
  }
}

async function versionIn(folder: string): Promise<string> {
  const { default: manifest } = (await import(`${folder}/node_modules/${PEER}/package.json`, {
    with: { type: 'json' },
  })) as { readonly default: { readonly version: string } };
  return manifest.version;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
