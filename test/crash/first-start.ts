import { systemClock } from '../../src/kernel/clock.ts';
import { asAdmin } from '../support/test-server.ts';
import type { Stage } from './stage.ts';

/**
 * Starts the product on an empty database, kills it while it makes its tables, again while it goes on, and then lets it
 * come up. Answers the milliseconds that the last start took until it answered.
 */
export async function killFirstStarts(stage: Stage, number: number, delays_ms: readonly number[]): Promise<number> {
  const { postgres, processes } = stage;
  const database = `first_${number}`;
  const { address } = postgres;
  await asAdmin(address, address.database, `create database ${database}`);
  const variables = { DATABASE_URL: postgres.url(database), COUNTERFOIL_PORT: '0', COUNTERFOIL_EDGE_PORT: '0' };
  const start = () => processes.runWith(variables, 'first-start', 'start');
  for (const delay_ms of delays_ms) {
    const program = start();
    await systemClock.sleep(delay_ms);
    program.kill();
    await program.exited;
  }
  const startedAt = systemClock.now();
  const program = start();
  const isUp = await program.says('Webhooks:');
  const ready_ms = systemClock.now() - startedAt;
  program.child.kill('SIGTERM');
  const { code } = await program.exited;
  if (!isUp || code !== 0)
    throw new Error(
      `after kills of its first start it ${isUp ? `ended with ${code}` : 'does not start'}: ${program.lastWords()}`,
    );
  await asAdmin(address, address.database, `drop database ${database} with (force)`);
  return ready_ms;
}
