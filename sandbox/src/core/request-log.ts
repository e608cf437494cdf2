export interface RequestCount {
  readonly provider: string;
  readonly method: string;
  /** The path with identifiers replaced by `{id}`. */
  readonly path: string;
  /** 0 when the connection died without an answer. */
  readonly status: number;
  readonly count: number;
}

/** Counts what was asked of the sandbox; bodies and headers are not kept. */
export interface RequestLog {
  record(entry: Omit<RequestCount, 'count'>): void;
  counts(): RequestCount[];
  total(): number;
  clear(): void;
}

/** Long enough that no fixed path segment with a digit (`v1`, `oauth2`) is taken for an identifier. */
const ID_MIN_LENGTH = 7;

function isId(segment: string): boolean {
  return /^\d+$/.test(segment) || (segment.length >= ID_MIN_LENGTH && /\d/.test(segment));
}

export function pathPattern(path: string): string {
  return path
    .split('/')
    .map((segment) => (isId(segment) ? '{id}' : segment))
    .join('/');
}

export function createRequestLog(): RequestLog {
  const counts = new Map<string, RequestCount>();
  return {
    record(entry) {
      const path = pathPattern(entry.path);
      const key = `${entry.provider} ${entry.method} ${path} ${entry.status}`;
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, { provider: entry.provider, method: entry.method, path, status: entry.status, count });
    },
    counts: () => [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    total: () => [...counts.values()].reduce((sum, value) => sum + value.count, 0),
    clear: () => counts.clear(),
  };
}
