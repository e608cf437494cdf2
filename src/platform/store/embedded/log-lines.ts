import type { EmbeddedLog } from './types.ts';

export interface LogLines {
  write(chunk: string): void;
  /** The last {@link TAIL_LINES} lines, for an error message. */
  tail(): string;
}

const TAIL_LINES = 40;
/** A longer line is cut: nothing may fill the memory. */
const LINE_LIMIT_CHARS = 4_096;

/**
 * SQLSTATEs that are no news: cannot_connect_now answers our own early attempts to connect, admin_shutdown tells every
 * session of a stop that we asked for.
 */
const EXPECTED: readonly string[] = ['57P03', '57P01'];

const LINE = /^(?<sqlState>[0-9A-Z]{5}) (?<severity>[A-Z0-9]+): {2}(?<message>.*)$/s;

type Level = keyof EmbeddedLog;
const LEVELS: Readonly<Record<string, Level>> = {
  LOG: 'info',
  WARNING: 'warn',
  ERROR: 'warn',
  FATAL: 'error',
  PANIC: 'error',
};

/** Passes PostgreSQL's standard error on to our log, line by line, and keeps its end. */
export function passOnLog(log: EmbeddedLog): LogLines {
  const tail: string[] = [];
  let rest = '';
  const take = (line: string) => {
    const entry = readLine(line.slice(0, LINE_LIMIT_CHARS));
    if (entry.level !== 'debug') {
      tail.push(entry.text);
      if (tail.length > TAIL_LINES) tail.shift();
    }
    log[entry.level]({ source: 'postgres', ...(entry.sqlState ? { sqlState: entry.sqlState } : {}) }, entry.message);
  };
  return {
    write: (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, LINE_LIMIT_CHARS);
      for (const line of lines) if (line !== '') take(line);
    },
    tail: () => [...tail, ...(rest === '' ? [] : [rest])].join('\n'),
  };
}

interface Entry {
  readonly level: Level;
  readonly message: string;
  readonly text: string;
  readonly sqlState?: string;
}

function readLine(line: string): Entry {
  const { sqlState, severity, message } = LINE.exec(line)?.groups ?? {};
  if (!sqlState || !severity || message === undefined) return { level: 'info', message: line, text: line };
  const level = EXPECTED.includes(sqlState) ? 'debug' : (LEVELS[severity] ?? 'info');
  return { level, message, text: `${severity}: ${message}`, ...(sqlState === '00000' ? {} : { sqlState }) };
}
