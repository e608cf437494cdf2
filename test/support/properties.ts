import fc from 'fast-check';
import { test } from 'vitest';

/** How many cases each property gets; {@link DEFAULT_RUNS} when unset. */
export const RUNS_VARIABLE = 'COUNTERFOIL_PROPERTY_RUNS';
/** Seed of the cases; {@link DEFAULT_SEED} when unset, so that the test command is the same everywhere. */
export const SEED_VARIABLE = 'COUNTERFOIL_PROPERTY_SEED';
/** The case to begin with, as a failure prints it. Only of use with one property (`-t`). */
export const PATH_VARIABLE = 'COUNTERFOIL_PROPERTY_PATH';

export const DEFAULT_RUNS = 1_000;
const DEFAULT_SEED = 20_260_301;
/** A long run may take hours; a hanging case is found by the shrinker's own limit. */
const TIMEOUT_MS = 6 * 3_600_000;

type Environment = Readonly<Record<string, string | undefined>>;
type Arbitraries<T extends readonly unknown[]> = { readonly [K in keyof T]: fc.Arbitrary<T[K]> };

export interface PropertySettings {
  readonly runs: number;
  readonly seed: number;
  readonly path: string | undefined;
}

/** Throws when a variable is set to something that is no whole number. */
export function propertySettings(env: Environment = process.env): PropertySettings {
  return {
    runs: wholeOf(env, RUNS_VARIABLE, 1) ?? DEFAULT_RUNS,
    seed: wholeOf(env, SEED_VARIABLE, -(2 ** 31)) ?? DEFAULT_SEED,
    path: env[PATH_VARIABLE] || undefined,
  };
}

/**
 * A law that holds for every value: one test, {@link DEFAULT_RUNS} cases. The name is `area: law`, a literal, by which
 * `property-list.ts` counts the properties of the project. A failure names the smallest case and a line that replays it.
 */
export function property<T extends readonly [unknown, ...unknown[]]>(
  name: string,
  arbitraries: Arbitraries<T>,
  law: (...values: T) => void | Promise<void>,
): void {
  test(name, { timeout: TIMEOUT_MS }, () => checkProperty(name, arbitraries, law, propertySettings()));
}

/** The same outside of a test: throws with the smallest failing case. */
export async function checkProperty<T extends readonly [unknown, ...unknown[]]>(
  name: string,
  arbitraries: Arbitraries<T>,
  law: (...values: T) => void | Promise<void>,
  { runs, seed, path }: PropertySettings,
): Promise<void> {
  const values = fc.tuple(...(arbitraries as unknown as fc.Arbitrary<unknown>[])) as unknown as fc.Arbitrary<T>;
  const checked = fc.asyncProperty(values, async (all) => {
    await law(...all);
  });
  const details = await fc.check(checked, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return;
  const replay = `${SEED_VARIABLE}=${details.seed} ${PATH_VARIABLE}=${details.counterexamplePath} npx vitest run -t ${JSON.stringify(name)}`;
  throw new Error(`${name}\nreplay: ${replay}\n${await fc.asyncDefaultReportMessage(details)}`, {
    cause: details.errorInstance,
  });
}

function wholeOf(env: Environment, name: string, min: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min) throw new Error(`${name}=${text} is no whole number from ${min} on`);
  return value;
}
