import { PgBoss } from 'pg-boss';
import { patientSocket, ROLES, SILENCE_MS } from '../store/index.ts';
import type { Log } from '../telemetry/index.ts';

/** Where the job tables live; `migrate` makes the schema and lets the engine role fill it. */
const SCHEMA = 'pgboss';
/** A job that fails is tried again this often, at growing distances. */
const RETRIES = 5;
const RETRY_DELAY_S = 30;

export interface JobsAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly password: string;
  readonly ssl: boolean;
}

export interface ScheduledJob {
  readonly name: string;
  /** Minute, hour, day, month, weekday, in UTC. */
  readonly cron: string;
  run(): Promise<void>;
}

/**
 * Work by the clock: retention, nightly checks. One process runs each due job, whatever the number of processes; a job
 * that fails is tried again. Work on connections is not here but in the work table, whose lease is also the fence.
 */
export class Jobs {
  readonly #boss: PgBoss;
  readonly #log: Log;

  constructor(address: JobsAddress, log: Log) {
    this.#log = log;
    this.#boss = new PgBoss({
      host: address.host,
      port: address.port,
      database: address.database,
      user: ROLES.engine,
      password: address.password,
      ssl: address.ssl,
      schema: SCHEMA,
      createSchema: false,
      max: 2,
      application_name: 'counterfoil jobs',
      // Handed on to the driver.
      ...{ stream: patientSocket(SILENCE_MS) },
    });
    this.#boss.on('error', (error) => log.warn('the job engine reported an error', { error }));
  }

  async start(jobs: readonly ScheduledJob[]): Promise<void> {
    await this.#boss.start();
    for (const job of jobs) {
      await this.#boss.createQueue(job.name, { retryLimit: RETRIES, retryDelay: RETRY_DELAY_S, retryBackoff: true });
      await this.#boss.work(job.name, { pollingIntervalSeconds: 30 }, async () => {
        this.#log.info('a scheduled job began', { job: job.name });
        await job.run();
      });
      await this.#boss.schedule(job.name, job.cron, null, { tz: 'UTC' });
    }
  }

  /** Lets a running job end, within `drain_ms`. */
  async stop(drain_ms: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: drain_ms });
  }
}
