import type { Tenant } from '../../hub/access/index.ts';
import type { OAuthDoors } from '../../hub/connections/index.ts';
import type { HubDoors } from '../../hub/index.ts';
import type { OperateStores } from '../../hub/operate/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Config, Environment, Overrides } from '../../platform/config/index.ts';
import type { Log } from '../../platform/telemetry/index.ts';
import type { KeyAdmin } from '../../platform/vault/index.ts';

/** The terminal, or what stands in for it. */
export interface CliIo {
  /** For data alone. */
  readonly stdout: CliStream;
  /** For everything else: progress, notes, errors. */
  readonly stderr: CliStream;
  readonly stdin: CliInput;
  /** The environment asks for no colours (NO_COLOR). */
  readonly noColor: boolean;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
  /** Text of a file, at most 64 KiB. Throws the system's error. */
  readTextFile(path: string): Promise<string>;
}

export interface CliStream {
  readonly isTTY: boolean;
  /** Width of the terminal in characters; 80 where there is none. */
  readonly columns: number;
  write(text: string): void;
}

export interface CliInput {
  /** A person types there: then nothing is piped in. */
  readonly isTTY: boolean;
  /** Everything up to the end, at most 64 KiB. */
  readText(): Promise<string>;
  /** Up to the first line end, at most 64 KiB. */
  readLine(): Promise<string>;
}

/**
 * `own` starts the embedded database and holds the data directory; `beside` joins the server that runs there, or owns
 * it when none does.
 */
export type OpenMode = 'own' | 'beside';

/** An installation that a command works on. */
export interface OpenHub extends OperateStores {
  readonly doors: HubDoors;
  readonly oauth: OAuthDoors;
  /** Keys of what is stored sealed. */
  readonly keys: KeyAdmin;
  /** A running server does the work; when it is not known, false: two workers side by side do no harm. */
  readonly isServed: boolean;
  tenant(): Promise<Tenant>;
  close(): Promise<void>;
}

/** A file of `sql/`. */
export interface Migration {
  readonly name: string;
  /** Ms UTC; null when it has not been applied. */
  readonly appliedAt: number | null;
}

/** What `demo` was asked for; undefined is the demo's own default. */
export interface DemoRequest {
  readonly fresh: boolean;
  readonly realLimits: boolean;
  readonly json: boolean;
  readonly seed: number | undefined;
  readonly charges: number | undefined;
  readonly btcpayInvoices: number | undefined;
  /** Checked in form (`name=share,…`), not in names. */
  readonly faults: string | undefined;
  readonly fees: 'transaction' | 'payout' | undefined;
  readonly mode: 'deposit' | 'invoicing' | undefined;
  /** `YYYY-MM`. */
  readonly month: string | undefined;
}

/** What a listener answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Everything that the command line uses and does not make: `main.ts` brings the real ones, tests their own. */
export interface CliDoors {
  readonly io: CliIo;
  readonly clock: Clock;
  readonly machine: Machine;
  /** Of this release. */
  readonly version: string;
  /** Throws `config.invalid` with every problem at once. */
  readConfig(overrides: Overrides): Config;
  readonly setUp: SetUpDoors;
  /** A database was made there before, or an outside one is named. Looks only. */
  isSetUp(config: Config): Promise<boolean>;
  /** Migrates when needed. What the hub has to say goes to `log`. */
  open(config: Config, options: { readonly mode: OpenMode; readonly log: Log }): Promise<OpenHub>;
  /** Both reach the database as `open` does in the mode `beside`, without migrating first. */
  readonly migrations: {
    status(config: Config): Promise<readonly Migration[]>;
    /** Names of what was applied. */
    up(config: Config): Promise<readonly string[]>;
  };
  /** Runs the server until `io.interrupted`, drains, and answers the exit code. */
  serve(config: Config, io: CliIo): Promise<number>;
  /** Runs the demo and answers the exit code; prints its own report. */
  demo(request: DemoRequest, io: CliIo): Promise<number>;
  /** One GET of a listener on this machine; null when nobody answers in time. */
  httpGet(
    url: string,
    options: { readonly timeout_ms: number; readonly signal: AbortSignal },
  ): Promise<HttpAnswer | null>;
}

/** What `init` makes. */
export interface SetUpDoors {
  /** The variables of this process that are settings of ours and hold something, also those that name a file. */
  environment(): Environment;
  /** Absolute path of the file of settings in the working directory, and whether there is one. */
  envFile(): { readonly path: string; readonly exists: boolean };
  /** Readable for its owner only. False when there is one by now, which is then left as it is. */
  writeEnvFile(text: string): Promise<boolean>;
  /**
   * The file of the master key in the data directory, made when it was not there. Null when something else holds the
   * key, or a database outside may know one. Throws as the first start of a server does.
   */
  masterKey(config: Config): Promise<MadeKey | null>;
}

export interface MadeKey {
  readonly path: string;
  readonly isNew: boolean;
}

/** What `doctor` looks at outside of the database. */
export interface Machine {
  /** Node.js, such as `24.1.0`. */
  readonly runtimeVersion: string;
  /** Permission bits (such as 0o600) and kind; null when there is nothing. */
  inspect(path: string): Promise<{ readonly mode: number; readonly isDirectory: boolean } | null>;
  /** Bytes that can still be written below `path`. */
  freeBytes(path: string): Promise<number>;
  /** Whether an address can be listened on: `free`, `taken`, or the system's error code. */
  probePort(host: string, port: number): Promise<string>;
}
