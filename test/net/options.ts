import { MODES, type Mode, modesOf, SHORT_PASS, TARGETS, type Target } from './modes.ts';

export interface NetOptions {
  /** What is played, by target. */
  readonly plan: Readonly<Partial<Record<Target, readonly Mode[]>>>;
  readonly long: boolean;
  readonly seed: number;
  readonly json: boolean;
}

export const USAGE = `npm run net -- [--mode M] [--target T] [--long] [--seed S] [--json]

  --mode M     one mode at every target: ${MODES.join(', ')}
  --target T   every mode at one target: ${TARGETS.join(', ')}
  --long       faults run into the product's own time-outs, every mode at every target; takes most of an hour
  --seed S     a whole number from 0; the same seed draws the same faults (1)
  --json       one line of JSON instead of a table

Without --mode and --target: every mode at least once, in about a minute.
`;

/** Reads the command line; throws an error whose message names the option and the known values. */
export function readOptions(args: readonly string[]): NetOptions {
  const given: { mode?: Mode; target?: Target; long: boolean; seed: number; json: boolean } = {
    long: false,
    seed: 1,
    json: false,
  };
  for (let at = 0; at < args.length; at += 1) {
    const name = args[at]!;
    if (name === '--long') given.long = true;
    else if (name === '--json') given.json = true;
    else if (name === '--mode') given.mode = oneOf(name, MODES, args[++at]);
    else if (name === '--target') given.target = oneOf(name, TARGETS, args[++at]);
    else if (name === '--seed') given.seed = wholeNumber(name, args[++at]);
    else throw new Error(`${name} is no option. Known are --mode, --target, --long, --seed and --json.`);
  }
  const { mode, target, ...rest } = given;
  return { plan: planOf(mode, target, rest.long), ...rest };
}

function planOf(mode: Mode | undefined, target: Target | undefined, long: boolean): NetOptions['plan'] {
  if (mode === undefined && target === undefined && !long) return SHORT_PASS;
  const targets = target === undefined ? TARGETS : [target];
  const modes = (one: Target) => modesOf(one).filter((each) => mode === undefined || each === mode);
  const plan = targets.map((one) => [one, modes(one)] as const).filter(([, list]) => list.length > 0);
  if (plan.length === 0)
    throw new Error(`--mode ${mode} does not go with --target ${target}, where no HTTP is spoken.`);
  return Object.fromEntries(plan);
}

function oneOf<T extends string>(name: string, known: readonly T[], value: string | undefined): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new Error(`${name} must be one of ${known.join(', ')}${value === undefined ? '' : `, not ${value}`}.`);
}

function wholeNumber(name: string, value: string | undefined): number {
  if (value !== undefined && /^\d{1,9}$/.test(value)) return Number(value);
  throw new Error(`${name} must be a whole number from 0 to 999999999${value === undefined ? '' : `, not ${value}`}.`);
}
