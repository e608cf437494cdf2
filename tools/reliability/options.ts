import { parseArgs } from 'node:util';
import type { PartName } from './figures.ts';

/** Files with what the suites printed, by part; those that are not named were not recorded. */
export type RecordOptions = Readonly<Partial<Record<PartName, string>>>;

export type RecordRequest =
  | { readonly kind: 'run'; readonly options: RecordOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problem: string };

/** Option and the part that its file holds. */
const OPTIONS = {
  simulation: 'simulation',
  'simulation-postgres': 'simulationPostgres',
  canaries: 'canaries',
  crash: 'crash',
  net: 'net',
  fuzz: 'fuzz',
} as const satisfies Readonly<Record<string, PartName>>;

export const HELP = `node tools/record-reliability.ts [options]: keeps what the suites printed, for docs/reference/reliability.md

  --simulation FILE           of npm run --silent sim -- --json
  --simulation-postgres FILE  of npm run --silent sim -- --store postgres --json
  --canaries FILE             of npm run --silent sim -- --canaries --json
  --crash FILE                of npm run --silent crash -- --json
  --net FILE                  of npm run --silent net -- --json
  --fuzz FILE                 of npm run --silent fuzz -- --json
  --help                      this text

A suite without a file counts as not recorded, also when an earlier run had one. Then: npm run generate.
`;

/** Reads the command line; a refusal names the option. */
export function readOptions(words: readonly string[]): RecordRequest {
  const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
  const files = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const options = { ...files, help: { type: 'boolean' as const } };
    const parsed = parseArgs({ args: [...words], options, strict: true });
    const values: Readonly<Record<string, unknown>> = parsed.values;
    if (values['help'] === true) return { kind: 'help' };
    const named = names.flatMap((name) => {
      const path = values[name];
      return typeof path === 'string' ? [[OPTIONS[name], path] as const] : [];
    });
    if (named.length === 0) return { kind: 'refused', problem: `name at least one file: --${names.join(', --')}` };
    return { kind: 'run', options: Object.fromEntries(named) };
  } catch (error) {
    return { kind: 'refused', problem: error instanceof Error ? error.message : String(error) };
  }
}
