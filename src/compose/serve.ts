import type { CliIo } from '../edge/cli/doors.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/random.ts';
import type { Config } from '../platform/config/index.ts';
import { createLog } from '../platform/telemetry/index.ts';
import { openInstallation } from './installation.ts';
import { hubStores, startServer } from './server.ts';

/** Runs until it is interrupted or its database is gone; answers the exit code. */
export async function serve(config: Config, io: CliIo): Promise<number> {
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const installation = await openInstallation({ config, log, clock: systemClock, random: systemRandom, mode: 'own' });
  try {
    const server = await startServer(installation, hubStores(installation));
    if (server.apiUrl !== null) io.stderr.write(`API and health:  ${server.apiUrl}\n`);
    if (server.edgeUrl !== null) io.stderr.write(`Webhooks:        ${server.edgeUrl}\n`);
    if (server.firstStartCode !== null)
      io.stderr.write(`First owner:     code ${server.firstStartCode.reveal()}, good for 24 hours, shown this once\n`);
    if (server.apiUrl === null) io.stderr.write('Worker runs.\n');
    const ended = await Promise.race([
      interrupted(io.interrupted),
      installation.postgres?.exited ?? new Promise<never>(() => {}),
    ]);
    if (ended !== 'interrupted') log.error('the embedded PostgreSQL ended; stopping', { exit: ended });
    await server.stop();
    return ended === 'interrupted' ? 0 : 1;
  } finally {
    await installation.close();
  }
}

function interrupted(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('interrupted');
    else signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
}
