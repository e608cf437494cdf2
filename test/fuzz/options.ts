import { DEFAULT_SEED } from './settings.ts';

/** What can be asked of the fuzz. */
export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Null for all of them. */
  readonly operation: string | null;
  /** Number of the only case to be tried; null for all of them. */
  readonly only: number | null;
  readonly json: boolean;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly options: FuzzOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Cases of each operation when nobody says: a few minutes. */
const CASES = 1_000;
const MAX_CASES = 10_000_000;
const MAX_SEED = 2 ** 31 - 1;

export const HELP = `Sends odd requests to every operation of the API, and signed nonsense to every webhook, over real sockets and a real
PostgreSQL; judges each answer by the OpenAPI description, and works through what was stored.

  npm run fuzz -- [--cases N] [--seed S] [--operation ID] [--case N] [--json]

  --cases N       cases of each operation, 1 to ${MAX_CASES} (default ${CASES})
  --seed S        chooses the cases, 0 to ${MAX_SEED} (default ${DEFAULT_SEED})
  --operation ID  only this one: an operationId of the description, or webhook.stripe, webhook.btcpay, webhook.quickbooks
  --case N        only the case of this number, as a failure prints it
  --json          prints the report as one JSON object on standard output

Ends with 0 when every answer is right and everything stored came to its end, with 1 when not, with 2 for a wrong
command line.
`;

const NUMBERS = { '--cases': [1, MAX_CASES], '--seed': [0, MAX_SEED], '--case': [0, MAX_CASES] } as const;
type NumberOption = keyof typeof NUMBERS;

/** Takes the words after the program's name apart and names every mistake. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const numbers = new Map<NumberOption, number>();
  const problems: string[] = [];
  let [operation, json]: [string | null, boolean] = [null, false];
  for (let at = 0; at < words.length; at += 1) {
    const [name, inline] = words[at]!.split('=', 2) as [string, string?];
    if (name === '--help' || name === '-h') return { kind: 'help' };
    if (name === '--json' && inline === undefined) json = true;
    else if (name === '--operation') operation = inline ?? words[++at] ?? '';
    else if (isNumberOption(name)) {
      const text = inline ?? words[++at];
      const value = wholeNumber(text, NUMBERS[name]);
      if (value === null) problems.push(`${name} takes a whole number from ${NUMBERS[name].join(' to ')}, not ${text}`);
      else numbers.set(name, value);
    } else
      problems.push(`${words[at]} is no option: there are --cases, --seed, --operation, --case, --json and --help`);
  }
  if (operation === '') problems.push('--operation takes the name of an operation');
  if (problems.length > 0) return { kind: 'refused', problems };
  const chosen = { cases: numbers.get('--cases') ?? CASES, seed: numbers.get('--seed') ?? DEFAULT_SEED };
  return { kind: 'run', options: { ...chosen, operation, only: numbers.get('--case') ?? null, json } };
}

function isNumberOption(name: string): name is NumberOption {
  return Object.hasOwn(NUMBERS, name);
}

function wholeNumber(text: string | undefined, [min, max]: readonly [number, number]): number | null {
  const value = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}
