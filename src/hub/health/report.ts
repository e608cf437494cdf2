import type { ListedConnection } from './connections.pg.ts';

/** `degraded`: works, and somebody should look. `down`: does not work. */
export type HealthStatus = 'ok' | 'degraded' | 'down';

export interface Judgement {
  readonly status: HealthStatus;
  /** One sentence. */
  readonly detail: string;
}

/** What was measured, and what it means. Nothing was measured when the check itself failed. */
export interface Finding<T> extends Judgement {
  readonly measured: T | null;
}

export interface DatabaseHealth {
  readonly latency_ms: number;
}

export interface MigrationHealth {
  readonly applied: number;
  readonly pending: readonly string[];
}

/** Instants of the oldest thing that waits; null when nothing does. */
export interface QueueHealth {
  readonly oldestWorkAt: number | null;
  readonly oldestDeliveryAt: number | null;
}

export interface WorkerHealth {
  /** Null when this process has none, by its role. */
  readonly runsHere: boolean | null;
  /** Workers of all processes that hold connections right now. */
  readonly busy: readonly { readonly owner: string; readonly connections: number }[];
}

export interface BreakerHealth {
  /** Connection and host. */
  readonly key: string;
  readonly state: 'closed' | 'half_open' | 'open';
  /** In a row. */
  readonly failures: number;
  readonly openUntil: number | null;
}

export interface DiskHealth {
  readonly free_bytes: number;
  readonly total_bytes: number;
}

export interface MemoryHealth {
  /** Proportional set size of this process where the system tells it, else its resident set. */
  readonly used_bytes: number;
  /** What this process may still take. */
  readonly available_bytes: number;
  /** Of the machine, or of the container when that is less. */
  readonly limit_bytes: number;
}

/** Whether this process may be sent work. */
export interface ReadyReport {
  readonly status: 'ok' | 'down';
  readonly checks: {
    readonly database: HealthStatus;
    readonly migrations: HealthStatus;
    readonly worker: HealthStatus;
  };
}

/** Everything that is known about the installation's condition. */
export interface DeepReport {
  /** The worst of all checks. */
  readonly status: HealthStatus;
  readonly checkedAt: number;
  readonly checks: {
    readonly database: Finding<DatabaseHealth>;
    readonly migrations: Finding<MigrationHealth>;
    readonly queue: Finding<QueueHealth>;
    readonly worker: Finding<WorkerHealth>;
    /** Of one tenant. */
    readonly connections: Finding<readonly ListedConnection[]>;
    readonly breakers: Finding<readonly BreakerHealth[]>;
    readonly disk: Finding<DiskHealth>;
    readonly memory: Finding<MemoryHealth>;
  };
}
