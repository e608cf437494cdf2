/** Cases of each operation; {@link DEFAULT_CASES} when unset. */
export const CASES_VARIABLE = 'COUNTERFOIL_FUZZ_CASES';
export const SEED_VARIABLE = 'COUNTERFOIL_FUZZ_SEED';
/** The only operation to be tried. */
export const OPERATION_VARIABLE = 'COUNTERFOIL_FUZZ_OPERATION';
/** The only case of each operation to be tried, by its number. */
export const CASE_VARIABLE = 'COUNTERFOIL_FUZZ_CASE';
/** A file to write the report to, as JSON. */
export const REPORT_VARIABLE = 'COUNTERFOIL_FUZZ_REPORT';

export const DEFAULT_CASES = 100;
export const DEFAULT_SEED = 20_260_301;

export interface FuzzSettings {
  readonly cases: number;
  readonly seed: number;
  readonly operation: string | null;
  readonly only: number | null;
  readonly report: string | null;
}

/** Throws when a variable is set to something that is no whole number. */
export function fuzzSettings(env: Readonly<Record<string, string | undefined>> = process.env): FuzzSettings {
  return {
    cases: wholeOf(env, CASES_VARIABLE) ?? DEFAULT_CASES,
    seed: wholeOf(env, SEED_VARIABLE) ?? DEFAULT_SEED,
    operation: env[OPERATION_VARIABLE] || null,
    only: wholeOf(env, CASE_VARIABLE) ?? null,
    report: env[REPORT_VARIABLE] || null,
  };
}

function wholeOf(env: Readonly<Record<string, string | undefined>>, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${name}=${text} is no whole number`);
  return Number(text);
}
