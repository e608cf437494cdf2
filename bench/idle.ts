import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { connectEverything } from '../demo/connect.ts';
import { control } from '../demo/control.ts';
import { DEMO_DEFAULTS, type DemoOptions } from '../demo/options.ts';
import { type SandboxAccess, startSandbox } from '../demo/sandbox-process.ts';
import { openInstallation } from '../src/compose/installation.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { readConfig } from '../src/platform/config/index.ts';
import { asOwner, firstRow, sql } from '../src/platform/store/index.ts';
import { silentLog } from '../src/platform/telemetry/index.ts';
import { atMost, type Figure, figure, median } from './results.ts';
import type { Cleanup } from './support/cleanup.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { processTree, residentMemory } from './support/process-tree.ts';
import { plainEnvironment, startProgram } from './support/programs.ts';
import { atRest } from './support/rest.ts';
import { freePort, temporaryFolder } from './support/stage.ts';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');
const PRODUCT = resolve(import.meta.dirname, 'support/product.ts');
const GOAL = { memory_MB: 300, firstStart_s: 5, warmStart_s: 1.5 } as const;
/** After the last document, before memory is looked at: pools close what they have not used for 30 seconds. */
const SETTLE_MS = 45_000;
const QUICK_SETTLE_MS = 500;
const LOOK_EVERY_MS = 5;
const START_PATIENCE_MS = 60_000;
/** The least that a server of this runtime can be. */
const BARE = `require('node:http').createServer((q, a) => a.end('{}')).listen(Number(process.argv[1]), '127.0.0.1')`;

/** What it takes when nothing happens: memory after the demo's month, and the time until it answers. */
export async function idle(context: BenchContext): Promise<Measured> {
  const { options, cleanup, progress } = context;
  const folder = await temporaryFolder(cleanup);
  const lived = join(folder, 'lived');
  const { postgres, results } = await afterTheDemo(context, lived);
  const times = { first: [] as number[], warm: [] as number[], bare: [] as number[] };
  for (let round = 1; round <= (options.quick ? 1 : options.rounds); round += 1) {
    progress(`idle: round ${round}, first start, warm start, bare server`);
    times.first.push(await timeToAnswer(cleanup, join(folder, `first-${round}`)));
    times.warm.push(await timeToAnswer(cleanup, lived));
    times.bare.push(await timeOfBare(cleanup));
  }
  const peer = { name: 'a bare node:http server, s', value: median(times.bare) };
  return {
    postgres,
    results: [
      ...results,
      figure('first start', median(times.first), 's', { peer, goal: atMost(GOAL.firstStart_s) }),
      figure('warm start', median(times.warm), 's', { peer, goal: atMost(GOAL.warmStart_s) }),
    ],
  };
}

/** The demo's month through one server process with its own PostgreSQL, and then its memory at rest. */
async function afterTheDemo({ options, cleanup, progress }: BenchContext, dataDir: string): Promise<Measured> {
  const demo: DemoOptions = options.quick ? { ...DEMO_DEFAULTS, charges: 50, btcpayInvoices: 5 } : DEMO_DEFAULTS;
  progress(`idle: the demo's month, ${demo.charges} charges and ${demo.btcpayInvoices} invoices`);
  const stateDir = await temporaryFolder(cleanup);
  const sandbox = await startSandbox({ stateDir, seed: demo.seed, faults: '', realLimits: false });
  cleanup.add(() => sandbox.stop());
  const environment = environmentOf(dataDir, await freePort(), sandbox.access);
  const product = await startProgram({ file: PRODUCT, cleanup, environment: { ...environment, BENCH_LIMITS: 'off' } });
  const installation = await openInstallation({
    config: readConfig({}, environment),
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
    mode: 'beside',
    limitSandbox: false,
  });
  cleanup.add(() => installation.close());
  const version = await asOwner(installation.owner, (tx) =>
    firstRow(tx, sql<{ v: string }>`select current_setting('server_version') as v`),
  );
  const connected = await connectEverything(installation, sandbox.access, demo);
  const { seed, month, charges, btcpayInvoices } = demo;
  await control(sandbox.access.url, 'POST', '/control/business', { seed, month, charges, btcpayInvoices });
  await connected.wake();
  const { postings } = await atRest(installation.doors, connected.tenantId);
  // Our own hands hold connections, and so processes of PostgreSQL.
  await installation.close();
  await systemClock.sleep(options.quick ? QUICK_SETTLE_MS : SETTLE_MS);
  const tree = await processTree(product.pid);
  const [whole, node, bare] = [
    await residentMemory(tree),
    await residentMemory([product.pid]),
    await memoryOfBare(cleanup),
  ];
  await product.stop();
  await sandbox.stop();
  const results: Figure[] = [
    figure('resident memory', whole, 'MB', {
      peer: { name: 'a bare node:http server, MB', value: bare },
      goal: atMost(GOAL.memory_MB),
    }),
    figure('resident memory of the Node.js process alone', node, 'MB'),
    figure('processes', tree.length, 'processes'),
    figure('documents posted before', postings.posted, 'documents'),
  ];
  return { postgres: version!.v, results };
}

function environmentOf(dataDir: string, edgePort: number, access: SandboxAccess): Record<string, string> {
  return {
    COUNTERFOIL_DATA_DIR: dataDir,
    COUNTERFOIL_PORT: '0',
    COUNTERFOIL_EDGE_PORT: String(edgePort),
    COUNTERFOIL_PUBLIC_URL: `http://127.0.0.1:${edgePort}`,
    COUNTERFOIL_STRIPE_BASE_URL: access.stripe.baseUrl,
    COUNTERFOIL_BTCPAY_BASE_URL: access.btcpay.baseUrl,
    COUNTERFOIL_QUICKBOOKS_BASE_URL: access.quickbooks.baseUrl,
    COUNTERFOIL_LOG_LEVEL: 'warn',
  };
}

/** Seconds from the start of `counterfoil start` until it says that it is ready. */
async function timeToAnswer(cleanup: Cleanup, dataDir: string): Promise<number> {
  const [port, edgePort] = [await freePort(), await freePort()];
  const environment = {
    COUNTERFOIL_DATA_DIR: dataDir,
    COUNTERFOIL_PORT: String(port),
    COUNTERFOIL_EDGE_PORT: String(edgePort),
    COUNTERFOIL_LOG_LEVEL: 'warn',
  };
  return timed(cleanup, [MAIN, 'start'], environment, `http://127.0.0.1:${port}/health/ready`);
}

async function timeOfBare(cleanup: Cleanup): Promise<number> {
  const port = await freePort();
  return timed(cleanup, ['-e', BARE, String(port)], {}, `http://127.0.0.1:${port}/`);
}

async function timed(
  cleanup: Cleanup,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  url: string,
): Promise<number> {
  const began = performance.now();
  const server = startServerProcess(cleanup, args, environment);
  await untilAnswered(url, server.child);
  const took = performance.now() - began;
  await server.stop();
  return took / 1_000;
}

async function memoryOfBare(cleanup: Cleanup): Promise<number> {
  const port = await freePort();
  const server = startServerProcess(cleanup, ['-e', BARE, String(port)], {});
  await untilAnswered(`http://127.0.0.1:${port}/`, server.child);
  const memory = await residentMemory([server.child.pid!]);
  await server.stop();
  return memory;
}

interface ServerProcess {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** A server that ends on SIGTERM, as an operating system's supervisor ends it. */
function startServerProcess(
  cleanup: Cleanup,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ServerProcess {
  const child = spawn(process.execPath, [...args], {
    env: { ...plainEnvironment(), ...environment },
    stdio: 'ignore',
    detached: true,
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  cleanup.add(stop);
  return { child, stop };
}

async function untilAnswered(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + START_PATIENCE_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} before it answered`);
    if (performance.now() > until) throw new Error(`${url} does not answer`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((done) => {
    const call = get(url, { agent: false }, (answer) => {
      answer.resume();
      done(answer.statusCode === 200);
    });
    call.once('error', () => done(false));
  });
}
