/** What can be asked of the crash suite. */
export interface CrashOptions {
  readonly rounds: number;
  /** Chooses victims, moments and business; what the machine does in between is its own. */
  readonly seed: number;
  readonly json: boolean;
}

export type CommandLine =
  | { readonly kind: 'run'; readonly options: CrashOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** As many as every test run does. */
export const DEFAULT_ROUNDS = 20;
/** A day and more of kills. */
const MAX_ROUNDS = 50_000;
const MAX_SEED = 2 ** 31 - 1;

export const HELP = `Kills processes of Counterfoil and its PostgreSQL under traffic, and checks that nothing is lost or done twice.

  npm run crash -- [--rounds N] [--seed S] [--json]

  --rounds N  kills, 1 to ${MAX_ROUNDS} (default ${DEFAULT_ROUNDS})
  --seed S    chooses victims and moments, 0 to ${MAX_SEED} (default: another one each time)
  --json      prints the summary as one JSON object on standard output

Ends with 0 when nothing was lost, nothing done twice and every promise holds, with 1 when not, with 2 for a wrong
command line.
`;

const LIMITS = {
  '--rounds': [1, MAX_ROUNDS],
  '--seed': [0, MAX_SEED],
} as const;

type NumberOption = keyof typeof LIMITS;

/** Takes the words after the program's name apart and names every mistake; `seed` is for when none is given. */
export function readCommandLine(words: readonly string[], seed: number): CommandLine {
  const numbers: Record<NumberOption, number> = { '--rounds': DEFAULT_ROUNDS, '--seed': seed };
  const problems: string[] = [];
  let json = false;
  for (let index = 0; index < words.length; index += 1) {
    const [name, inline] = words[index]!.split('=', 2) as [string, string?];
    if (name === '--help' || name === '-h') return { kind: 'help' };
    if (name === '--json' && inline === undefined) json = true;
    else if (isNumberOption(name)) {
      const text = inline ?? words[++index];
      const value = wholeNumber(text, LIMITS[name]);
      if (value === null) problems.push(wrongNumber(name, text));
      else numbers[name] = value;
    } else problems.push(`${words[index]} is no option: there are --rounds, --seed, --json and --help`);
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'run', options: { rounds: numbers['--rounds'], seed: numbers['--seed'], json } };
}

function isNumberOption(name: string): name is NumberOption {
  return name in LIMITS;
}

function wholeNumber(text: string | undefined, [min, max]: readonly [number, number]): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

function wrongNumber(name: NumberOption, text: string | undefined): string {
  const [min, max] = LIMITS[name];
  const got = text === undefined ? 'nothing follows it' : `not ${JSON.stringify(text)}`;
  return `${name} must be a whole number from ${min} to ${max}, ${got}`;
}
