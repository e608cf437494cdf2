// The product as a process of its own: what `counterfoil start` runs. Three differences can be asked for: `BENCH_LIMITS=off`
// lets it ask a sandbox as fast as it can, `BENCH_STORE=none` lets it answer webhooks without storing them, and with
// `BENCH_COMPARE=off` it compares nothing. Prints its addresses and ends when its standard input closes.
import { openInstallation } from '../../src/compose/installation.ts';
import { hubStores, startServer } from '../../src/compose/server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { processEnvironment, readConfig } from '../../src/platform/config/index.ts';
import { createLog } from '../../src/platform/telemetry/index.ts';
import { endWithInput } from './programs.ts';

const config = readConfig(processEnvironment());
const installation = await openInstallation({
  config,
  log: createLog({ level: config.logLevel, format: config.logFormat, destination: process.stderr }),
  clock: systemClock,
  random: systemRandom,
  mode: 'own',
  limitSandbox: process.env['BENCH_LIMITS'] !== 'off',
});
const hub = hubStores(installation);
const save = async (deliveries: readonly unknown[]) => deliveries.map(() => true);
const inboxStore = process.env['BENCH_STORE'] === 'none' ? { ...hub.inboxStore, save } : hub.inboxStore;
const nothing = { changedRange: async () => null, wholeRange: async () => null };
const compares = process.env['BENCH_COMPARE'] !== 'off';
const reconcile = compares ? hub.stores.reconcile : { ...hub.stores.reconcile, ...nothing };
const server = await startServer(installation, { ...hub, inboxStore, stores: { ...hub.stores, reconcile } });
process.stdout.write(`${JSON.stringify({ apiUrl: server.apiUrl, edgeUrl: server.edgeUrl })}\n`);
endWithInput(async () => {
  await server.stop();
  await installation.close();
});
