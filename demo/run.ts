import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type Installation, openInstallation } from '../src/compose/installation.ts';
import { type HubStores, hubStores, type RunningServer, startServer } from '../src/compose/server.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { readConfig } from '../src/platform/config/index.ts';
import type { Log } from '../src/platform/telemetry/index.ts';
import { type Connected, connectEverything } from './connect.ts';
import { control, controlLines } from './control.ts';
import type { DemoOptions } from './options.ts';
import { Progress, type ProgressOutput } from './progress.ts';
import { reconcileEverything } from './reconcile.ts';
import { agrees, type DemoReport, waterfallTable } from './report.ts';
import { type SandboxProcess, startSandbox } from './sandbox-process.ts';
import { countEntries, waitUntilPosted } from './wait.ts';

export interface DemoIo {
  readonly out: { write(text: string): void };
  readonly err: ProgressOutput;
  readonly log: Log;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Exit codes of the command line: see `counterfoil --help`. */
const EXIT = { ok: 0, failed: 1, difference: 8, interrupted: 130 } as const;

interface Stage {
  readonly options: DemoOptions;
  readonly io: DemoIo;
  readonly progress: Progress;
  readonly sandbox: SandboxProcess;
  readonly installation: Installation;
  readonly hub: HubStores;
  /** An earlier run ended before it was done. */
  readonly wasCutShort: boolean;
}

/** Lies in the demo's directory when a run came to its end. */
const FINISHED = 'finished';

/** A month of business from the sandbox into its books, through the real product. Answers the exit code. */
export async function runDemo(options: DemoOptions, io: DemoIo): Promise<number> {
  const dataDir = resolve(options.dataDir);
  if (options.fresh) await rm(dataDir, { recursive: true, force: true });
  // Apart from the sandbox's: Counterfoil takes a directory that holds anything else for one whose key was lost.
  const ownDir = join(dataDir, 'counterfoil');
  const again = existsSync(ownDir);
  const wasCutShort = again && !existsSync(join(dataDir, FINISHED));
  await mkdir(dataDir, { recursive: true });
  const progress = new Progress(io.err, systemClock.now);
  const started = systemClock.now();
  progress.show('Starting', 0, again ? 'finding what the last run left' : 'a database, the sandbox and Counterfoil');
  const sandbox = await startSandbox({
    stateDir: join(dataDir, 'sandbox'),
    seed: options.seed,
    faults: '',
    realLimits: options.realLimits,
  });
  let installation: Installation | null = null;
  let server: RunningServer | null = null;
  try {
    installation = await open(ownDir, sandbox, options, io);
    const stage: Stage = { options, io, progress, sandbox, installation, hub: hubStores(installation), wasCutShort };
    const before = await countEntries(installation);
    const connected = await connectEverything(installation, sandbox.access, options);
    server = await startServer(installation, stage.hub);
    const report = await play(stage, connected, before.posted, started);
    await writeFile(join(dataDir, FINISHED), '');
    progress.end();
    printEnd(io, options, report);
    return agrees(report) ? EXIT.ok : EXIT.difference;
  } catch (error) {
    progress.end();
    if (io.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    await server?.stop();
    await installation?.close();
    await sandbox.stop();
  }
}

async function open(dataDir: string, sandbox: SandboxProcess, options: DemoOptions, io: DemoIo): Promise<Installation> {
  const { stripe, btcpay, quickbooks } = sandbox.access;
  const edgePort = await freePort();
  // The demo is its own world: nothing of the surroundings' configuration reaches it.
  const config = readConfig(
    {},
    {
      COUNTERFOIL_DATA_DIR: dataDir,
      COUNTERFOIL_PORT: '0',
      COUNTERFOIL_EDGE_PORT: String(edgePort),
      COUNTERFOIL_PUBLIC_URL: `http://127.0.0.1:${edgePort}`,
      COUNTERFOIL_STRIPE_BASE_URL: stripe.baseUrl,
      COUNTERFOIL_BTCPAY_BASE_URL: btcpay.baseUrl,
      COUNTERFOIL_QUICKBOOKS_BASE_URL: quickbooks.baseUrl,
    },
  );
  return openInstallation({
    config,
    log: io.log,
    clock: systemClock,
    random: systemRandom,
    mode: 'own',
    limitSandbox: options.realLimits,
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

async function play(stage: Stage, connected: Connected, postedBefore: number, started: number): Promise<DemoReport> {
  const { options, io, sandbox, installation, progress } = stage;
  const { url } = sandbox.access;
  progress.show(
    'Business',
    null,
    `${options.charges} Stripe charges and ${options.btcpayInvoices} BTCPay invoices in ${options.month}`,
  );
  const { seed, month, charges, btcpayInvoices } = options;
  await control(url, 'POST', '/control/business', {
    seed,
    month,
    charges,
    btcpayInvoices,
    invoicing: options.mode === 'invoicing',
  });
  if (options.faults !== '')
    await control(url, 'POST', '/control/faults', { provider: 'all', plan: planOf(options.faults) });
  if (stage.wasCutShort) await sendAgain(stage);
  await connected.wake();
  await waitUntilPosted(stage, connected);
  const reconciled = await reconcileEverything(stage, connected);
  progress.end();
  if (!options.json)
    for (const { title, waterfall } of reconciled.sources) io.out.write(`\n${waterfallTable(title, waterfall)}\n`);
  const after = await countEntries(installation);
  const replay = await replayEverything(stage, connected, after.posted);
  const books = await control<{ documents: readonly unknown[]; trialBalanceDifference: number }>(
    url,
    'GET',
    '/control/quickbooks/ledger',
  );
  return {
    seconds: Math.round((systemClock.now() - started) / 100) / 10,
    postings: {
      posted: after.posted - postedBefore,
      alreadyThere: postedBefore,
      stopped: after.stopped,
      uncertain: after.uncertain,
    },
    reconciliations: reconciled.rows,
    replay,
    ledger: {
      documents: books.documents.length,
      trialBalanceDifference: (books.trialBalanceDifference / 100).toFixed(2),
    },
  };
}

function planOf(faults: string): Record<string, number> {
  return Object.fromEntries(faults.split(',').map((part) => [part.split('=')[0]!, Number(part.split('=')[1])]));
}

/**
 * The month lies in the past, so lists by creation time that were read before it was made do not show it: only webhooks
 * tell of it. A run that was cut short may have lost them, with the address to which they were sent.
 */
async function sendAgain({ sandbox, options }: Stage): Promise<void> {
  await controlLines(
    sandbox.access.url,
    '/control/replay',
    { seed: options.seed, times: 1, order: 'original' },
    () => {},
  );
}

async function replayEverything(
  stage: Stage,
  connected: Connected,
  postedBefore: number,
): Promise<DemoReport['replay']> {
  const { sandbox, progress, options, installation } = stage;
  const body = { seed: options.seed + 1, times: 2, order: 'shuffled' };
  type Line = { readonly sent?: number; readonly total?: number; readonly deliveries?: number };
  const last = await controlLines<Line>(sandbox.access.url, '/control/replay', body, (line) => {
    if (line.total)
      progress.show(
        'Replaying',
        (line.sent ?? 0) / line.total,
        `${line.sent} of ${line.total} webhooks, in another order, twice`,
      );
  });
  await waitUntilPosted(stage, connected);
  const posted = (await countEntries(installation)).posted - postedBefore;
  const deliveries = last.deliveries ?? 0;
  return { deliveries, posted, alreadyThere: deliveries - posted };
}

function printEnd({ out }: DemoIo, { json }: DemoOptions, report: DemoReport): void {
  if (json) {
    out.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { postings, replay, ledger, reconciliations } = report;
  const payouts = reconciliations.filter((row) => row.payout !== null).length;
  out.write(
    `\nPosted ${postings.posted} · already there ${postings.alreadyThere} · stopped ${postings.stopped} · uncertain ${postings.uncertain}\n`,
  );
  out.write(
    `${payouts} payouts and ${reconciliations.length - payouts} days compared with ${ledger.documents} documents read back from the ledger\n`,
  );
  out.write(
    `${replay.deliveries} webhooks replayed in another order: ${replay.posted} posted, ${replay.alreadyThere} already there\n`,
  );
  const different = reconciliations.filter((row) => /[1-9]/.test(row.difference));
  for (const row of different.slice(0, 20))
    out.write(`  differs by ${row.difference} ${row.currency}: ${row.source} ${row.payout ?? row.period}\n`);
  out.write(
    agrees(report)
      ? `\nThe books agree to the cent. (${report.seconds} s)\n`
      : `\nThe books differ in ${different.length} places. (${report.seconds} s)\n`,
  );
}
