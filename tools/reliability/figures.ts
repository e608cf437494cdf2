import { z } from 'zod';

/** A run of the simulation, as `npm run sim -- --json` prints it. */
const SIMULATION = z.object({
  /** Different seeds, kept ones among them. */
  seeds: z.number(),
  from: z.number(),
  failing: z.array(z.object({ seed: z.number(), invariant: z.string(), replay: z.string() })),
  simulatedHours: z.number(),
  seconds: z.number(),
  /** How often each situation was met. */
  sometimes: z.record(z.string(), z.number()),
  steps: z.number(),
  /** Seeds that were run twice, and those of them whose traces differ. */
  repeated: z.number(),
  unrepeatable: z.array(z.number()),
});

/** `npm run sim -- --canaries --json`. */
const CANARIES = z.object({
  canaries: z.array(z.object({ name: z.string(), found: z.boolean(), seed: z.number().nullable() })),
});

/** `npm run crash -- --json`. */
const CRASH = z.object({
  rounds: z.number(),
  seed: z.number(),
  kills: z.record(z.string(), z.number()),
  killsInRestart: z.number(),
  killsInFirstStart: z.number(),
  acknowledged: z.number(),
  lost: z.number(),
  twice: z.number(),
  violations: z.number(),
  payments: z.number(),
  documents: z.number(),
  readyMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  seconds: z.number(),
});

/** `npm run net -- --json`. */
const NET = z.object({
  results: z.array(
    z.object({
      mode: z.string(),
      target: z.string(),
      violations: z.array(z.string()),
      recoveredMs: z.number().nullable(),
      allowedMs: z.number(),
      leaked: z.array(z.string()),
      ok: z.boolean(),
    }),
  ),
  seconds: z.number(),
});

/** `npm run fuzz -- --json`. */
const FUZZ = z.object({
  seed: z.number(),
  operations: z.array(
    z.object({
      operation: z.string(),
      cases: z.number(),
      statuses: z.record(z.string(), z.number()),
      slowest_ms: z.number(),
      failing: z.array(z.object({ problem: z.string(), replay: z.string() })),
    }),
  ),
  ok: z.boolean(),
});

/** What each suite printed; null for one that was not recorded. */
export const PARTS = {
  simulation: SIMULATION.nullable(),
  simulationPostgres: SIMULATION.nullable(),
  canaries: CANARIES.nullable(),
  crash: CRASH.nullable(),
  net: NET.nullable(),
  fuzz: FUZZ.nullable(),
} as const;

export type PartName = keyof typeof PARTS;

/** The file from which `docs/reference/reliability.md` is made. */
export const RELIABILITY = z.object({
  /** Short hash at the time of recording; with `+` when the working tree differed from it. */
  commit: z.string(),
  /** ISO 8601, UTC. */
  date: z.string(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    /** In GiB. */
    memory: z.number(),
    os: z.string(),
    node: z.string(),
  }),
  ...PARTS,
});

export type Reliability = z.infer<typeof RELIABILITY>;
export type SimulationFigures = z.infer<typeof SIMULATION>;
export type CanaryFigures = z.infer<typeof CANARIES>;
export type CrashFigures = z.infer<typeof CRASH>;
export type NetFigures = z.infer<typeof NET>;
export type FuzzFigures = z.infer<typeof FUZZ>;

/** From the root of the project. */
export const RELIABILITY_FILE = 'docs/reference/figures/reliability.json';

/** Reads a value by its schema; throws one line that says where `origin` is wrong. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown, origin: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Error(`${origin} is not what its suite prints: ${wrong.slice(0, 3).join('; ')}`);
}
