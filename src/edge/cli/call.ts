import type { Tenant } from '../../hub/access/index.ts';
import type { Config, Overrides } from '../../platform/config/index.ts';
import { createLog, type Log } from '../../platform/telemetry/index.ts';
import type { CliDoors, OpenHub } from './doors.ts';
import { CliFailure } from './failure.ts';
import type { Output } from './output.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly dataDir: string | undefined;
}

/** What a running command has at hand. */
export class Call {
  readonly doors: CliDoors;
  readonly output: Output;
  readonly #options: GlobalOptions;

  constructor(doors: CliDoors, output: Output, options: GlobalOptions) {
    this.doors = doors;
    this.output = output;
    this.#options = options;
  }

  /** Aborted when the person has had enough. */
  get signal(): AbortSignal {
    return this.doors.io.interrupted;
  }

  get isJson(): boolean {
    return this.#options.json;
  }

  /** The configuration; options of the command line go before the environment. Throws `config.invalid`. */
  config(overrides: Overrides = {}): Config {
    return this.doors.readConfig(this.overrides(overrides));
  }

  /** What the command line says about the configuration: the options of every command, and those of this one. */
  overrides(own: Overrides): Overrides {
    const { dataDir } = this.#options;
    return { ...(dataDir === undefined ? {} : { COUNTERFOIL_DATA_DIR: dataDir }), ...own };
  }

  /** What the hub has to say goes where notes go. */
  log(): Log {
    const level = this.#options.verbose ? 'debug' : this.#options.quiet ? 'error' : 'warn';
    const write = (text: string) => this.output.error(text.trimEnd());
    return createLog({ level, format: 'pretty', destination: { write }, clock: this.doors.clock });
  }

  /** Works on the installation and lets go of it. Throws a failure of the kind `notSetUp` when there is none. */
  async withHub<T>(work: (hub: OpenHub, tenant: Tenant) => Promise<T>): Promise<T> {
    return this.withNewHub(await this.existingConfig(), work);
  }

  /** The configuration of an installation that is there. Throws a failure of the kind `notSetUp` otherwise. */
  async existingConfig(): Promise<Config> {
    const config = this.config();
    if (await this.doors.isSetUp(config)) return config;
    throw new CliFailure(
      'notSetUp',
      `Nothing is set up in ${config.dataDir}.`,
      'Run `counterfoil connect quickbooks` or `counterfoil start`, or name the right place with --data-dir.',
    );
  }

  /** As {@link withHub}, and sets an installation up when there is none. */
  async withNewHub<T>(config: Config, work: (hub: OpenHub, tenant: Tenant) => Promise<T>): Promise<T> {
    const hub = await this.doors.open(config, { mode: 'beside', log: this.log() });
    try {
      return await work(hub, await hub.tenant());
    } finally {
      await hub.close();
    }
  }
}
