import { parseArgs } from 'node:util';

export interface SimOptions {
  readonly seeds: number;
  readonly from: number;
  /** One seed alone, with what it did at the end. */
  readonly seed: number | null;
  /** Ends after so long, whatever was asked for. */
  readonly minutes: number | null;
  readonly store: 'memory' | 'postgres';
  readonly threads: number;
  readonly canaries: boolean;
  /** One canary by its name. */
  readonly canary: string | null;
  readonly json: boolean;
}

export type SimRequest =
  | { readonly kind: 'run'; readonly options: SimOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problem: string };

export const HELP = `npm run sim -- [options]: the hub in a simulated world, seed by seed

  --seeds <n>      how many seeds (100; with --canaries the most for each, 2000)
  --from <n>       the first of them (1)
  --seed <n>       one seed alone, with its last steps
  --minutes <n>    end after so many minutes
  --store <name>   memory, or postgres: a real PostgreSQL (memory)
  --threads <n>    seeds at a time (2)
  --canaries       break the product in every known way; each must be found
  --canary <name>  one of them
  --json           one line of JSON on standard output
  --help           this text
`;

const SPEC = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  minutes: { type: 'string' },
  store: { type: 'string' },
  threads: { type: 'string' },
  canaries: { type: 'boolean' },
  canary: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof SPEC }>>['values'];

/** Thrown inside for the first option that is wrong. */
class Refused extends Error {}

function whole(values: Values, name: 'seeds' | 'from' | 'seed' | 'minutes' | 'threads'): number | null {
  const text = values[name];
  if (text === undefined) return null;
  if (!/^\d{1,9}$/.test(text) || (name !== 'seed' && name !== 'from' && Number(text) === 0))
    throw new Refused(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

/** Reads the command line; a refusal names the option and what it takes. */
export function readOptions(words: readonly string[]): SimRequest {
  try {
    const { values } = parseArgs({ args: [...words], options: SPEC, strict: true });
    if (values.help === true) return { kind: 'help' };
    const { store = 'memory' } = values;
    if (store !== 'memory' && store !== 'postgres')
      throw new Refused(`--store must be memory or postgres, not ${store}`);
    const canaries = values.canaries === true || values.canary !== undefined;
    if (canaries && store === 'postgres') throw new Refused('--canaries runs over the store in memory only');
    return {
      kind: 'run',
      options: {
        seeds: whole(values, 'seeds') ?? (canaries ? 2_000 : 100),
        from: whole(values, 'from') ?? 1,
        seed: whole(values, 'seed'),
        minutes: whole(values, 'minutes'),
        threads: whole(values, 'threads') ?? 2,
        canary: values.canary ?? null,
        json: values.json === true,
        store,
        canaries,
      },
    };
  } catch (error) {
    return { kind: 'refused', problem: error instanceof Error ? error.message : String(error) };
  }
}
