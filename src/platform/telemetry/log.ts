/** From the most to the least talkative; each includes those after it. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Named values beside a message. An error goes under `error`; whatever looks like a credential is masked on the way. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The one door to the log. Messages are constant text, what varies goes into the fields. Writing never throws. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Where lines go, each with its end. `process.stdout` fits. */
export interface LogDestination {
  write(line: string): unknown;
}

/** Writes nothing. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
