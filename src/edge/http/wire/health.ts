import { z } from 'zod';
import type { DeepReport, Finding } from '../../../hub/health/index.ts';
import { instant, instantOf, instantOrNull } from './common.ts';
import { named } from './components.ts';
import { connectionSchema, connectionToWire } from './connection.ts';

const status = named(
  'HealthStatus',
  '`degraded` works, and somebody should look; `down` does not work.',
  z.enum(['ok', 'degraded', 'down']),
);
const bytes = z.number().int().min(0);

export const liveSchema = named('Live', 'The process runs.', z.object({ status: z.literal('ok') }));

export const readySchema = named(
  'Ready',
  'Whether the process may be sent work.',
  z.object({
    status: z.enum(['ok', 'down']),
    checks: z.object({ database: status, migrations: status, worker: status }),
  }),
);

/** `measured` is null when the check itself failed. */
function finding<S extends z.ZodType>(measured: S) {
  return z.object({ status, detail: z.string(), measured: measured.nullable() });
}

const breaker = z.object({
  key: z.string(),
  state: z.enum(['closed', 'half_open', 'open']),
  failures: z.number().int(),
  openUntil: instant.nullable(),
});
const worker = z.object({
  runsHere: z.boolean().nullable(),
  busy: z.array(z.object({ owner: z.string(), connections: z.number().int() })),
});

export const deepSchema = named(
  'Health',
  "The installation's condition, check by check; `status` is the worst of them.",
  z.object({
    status,
    checkedAt: instant,
    checks: z.object({
      database: finding(z.object({ latency_ms: z.number() })),
      migrations: finding(z.object({ applied: z.number().int(), pending: z.array(z.string()) })),
      queue: finding(z.object({ oldestWorkAt: instant.nullable(), oldestDeliveryAt: instant.nullable() })),
      worker: finding(worker),
      connections: finding(z.array(connectionSchema)),
      breakers: finding(z.array(breaker)),
      disk: finding(z.object({ free_bytes: bytes, total_bytes: bytes })),
      memory: finding(z.object({ used_bytes: bytes, available_bytes: bytes, limit_bytes: bytes })),
    }),
  }),
);

export function deepToWire({ status: overall, checkedAt, checks }: DeepReport): z.input<typeof deepSchema> {
  return {
    status: overall,
    checkedAt: instantOf(checkedAt),
    checks: {
      database: checks.database,
      migrations: withMeasured(checks.migrations, ({ applied, pending }) => ({ applied, pending: [...pending] })),
      queue: withMeasured(checks.queue, ({ oldestWorkAt, oldestDeliveryAt }) => ({
        oldestWorkAt: instantOrNull(oldestWorkAt),
        oldestDeliveryAt: instantOrNull(oldestDeliveryAt),
      })),
      worker: withMeasured(checks.worker, ({ runsHere, busy }) => ({ runsHere, busy: [...busy] })),
      connections: withMeasured(checks.connections, (all) => all.map(connectionToWire)),
      breakers: withMeasured(checks.breakers, (all) =>
        all.map((one) => ({ ...one, openUntil: instantOrNull(one.openUntil) })),
      ),
      disk: checks.disk,
      memory: checks.memory,
    },
  };
}

function withMeasured<T, W>(found: Finding<T>, toWire: (measured: T) => W) {
  const { status: judged, detail, measured } = found;
  return { status: judged, detail, measured: measured === null ? null : toWire(measured) };
}
