import { parseArgs } from 'node:util';

export const BENCH_NAMES = ['webhooks', 'posting', 'latency', 'idle', 'scale', 'neighbour', 'auth'] as const;
export type BenchName = (typeof BENCH_NAMES)[number];

export interface BenchOptions {
  /** More than one only for `all`. */
  readonly benches: readonly BenchName[];
  readonly all: boolean;
  readonly json: boolean;
  /** Every way is measured so often, in turns; the median counts. */
  readonly rounds: number;
  /** A few seconds for each benchmark: shows that it runs, its figures mean nothing. */
  readonly quick: boolean;
  /** Write the figures to where the documentation takes them from. */
  readonly save: boolean;
}

export type BenchRequest =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const DEFAULT_ROUNDS = 3;
/** More rounds than this measure the patience of whoever waits. */
const MAX_ROUNDS = 25;

export const HELP = `npm run bench -- <name> [--json] [--rounds N] [--quick] [--save]

  webhooks    deliveries accepted and committed per second, beside what bounds them
  posting     calls and time that documents in QuickBooks take
  latency     from a webhook to the confirmed document, when idle
  idle        resident memory, first and warm start
  scale       1, 2 and 4 worker processes on one PostgreSQL
  neighbour   what one tenant's rush costs another; recovery from a burst
  auth        what a session and its permission cost for each request
  all         every one of them, about 14 minutes

  --json      print the figures as JSON on standard output
  --rounds N  measure each way N times in turns; the median counts (${DEFAULT_ROUNDS})
  --quick     a few seconds each, to see that it runs; its figures mean nothing
  --save      with all: keep the figures in docs/reference/figures/bench.json
`;

const SPEC = {
  json: { type: 'boolean' },
  rounds: { type: 'string' },
  quick: { type: 'boolean' },
  save: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; every problem is named at once. */
export function readOptions(args: readonly string[]): BenchRequest {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: SPEC,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: 'help' };
  const problems = tokens.flatMap((token) => {
    if (token.kind !== 'option') return [];
    if (!(token.name in SPEC)) return [`${token.rawName} is not an option`];
    const takesValue = SPEC[token.name as keyof typeof SPEC].type === 'string';
    return !takesValue && token.value !== undefined ? [`${token.rawName} takes no value`] : [];
  });
  const [name, ...more] = positionals;
  const names = `${BENCH_NAMES.join(', ')} or all`;
  if (name === undefined) problems.push(`name a benchmark: ${names}`);
  else if (name !== 'all' && !isBench(name)) problems.push(`there is no benchmark ${name}: ${names}`);
  if (more.length > 0) problems.push(`one benchmark at a time, or all; not also ${more.join(', ')}`);
  const rounds =
    values.rounds === undefined ? DEFAULT_ROUNDS : typeof values.rounds === 'string' ? Number(values.rounds) : NaN;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS)
    problems.push(`--rounds must be a whole number from 1 to ${MAX_ROUNDS}`);
  if (values.save === true && (name !== 'all' || values.quick === true))
    problems.push('--save keeps a whole run: it goes with all, and not with --quick');
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'run',
    options: {
      benches: name === 'all' ? BENCH_NAMES : [name as BenchName],
      all: name === 'all',
      json: values.json === true,
      rounds,
      quick: values.quick === true,
      save: values.save === true,
    },
  };
}

function isBench(name: string): name is BenchName {
  return (BENCH_NAMES as readonly string[]).includes(name);
}
