import pino from 'pino';
import { type Clock, isoInstant, systemClock } from '../../kernel/clock.ts';
import { type CleanFields, type CleanOptions, cleanFields } from './clean-fields.ts';
import type { Log, LogDestination, LogFields, LogLevel } from './log.ts';
import { logContext } from './log-context.ts';
import { plainLines } from './plain-lines.ts';
import { scrub } from './scrub.ts';

/** `json`: one object a line, for machines. `pretty`: plain text lines, for people. */
export type LogFormat = 'json' | 'pretty';

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Standard output when left out. */
  readonly destination?: LogDestination;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Names that every line has; a field of the same name would make a second one of it. */
const RESERVED = new Set(['time', 'level', 'message']);

/** The log of the running program: structured, with the context of the work at hand, and without credentials. */
export function createLog({ level, format, destination = standardOutput(), clock = systemClock }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${isoInstant(clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Fields arrive clean; the library's own treatment of errors would bring back what was left out.
      serializers: {},
    },
    asStream(format === 'pretty' ? plainLines(destination) : destination),
  );
  const options = { withStack: level === 'debug' };
  const write = (at: LogLevel, message: string, fields: LogFields) => {
    if (!logger.isLevelEnabled(at)) return;
    try {
      logger[at](fieldsOf(fields, options), scrub(message));
    } catch {
      // An object whose getters throw, or an output that is closed: never a reason to stop the work that logs.
    }
  };
  return {
    debug: (message, fields = {}) => write('debug', message, fields),
    info: (message, fields = {}) => write('info', message, fields),
    warn: (message, fields = {}) => write('warn', message, fields),
    error: (message, fields = {}) => write('error', message, fields),
  };
}

function asStream(destination: LogDestination): { write(line: string): void } {
  return { write: (line) => void destination.write(line) };
}

function fieldsOf(fields: LogFields, options: CleanOptions): CleanFields {
  const clean = { ...cleanFields({ ...logContext() }, options), ...cleanFields(fields, options) };
  return Object.fromEntries(
    Object.entries(clean).map(([name, value]) => [RESERVED.has(name) ? `${name}_` : name, value]),
  );
}

function standardOutput(): LogDestination {
  const output = pino.destination({ dest: 1, sync: true });
  // A reader that went away, as in `counterfoil … | head`, must not end the program.
  output.on('error', () => {});
  return output;
}
