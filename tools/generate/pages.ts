import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { performancePage } from '../../bench/report/performance-page.ts';
import type { BenchReport } from '../../bench/results.ts';
import { registry } from '../../src/connectors/registry.ts';
import { ERROR_CODES } from '../../src/kernel/error-codes.ts';
import { describeConfig, envExample } from '../../src/platform/config/index.ts';
import { listProperties } from '../../test/support/property-list.ts';
import { RELIABILITY, RELIABILITY_FILE, readAs } from '../reliability/figures.ts';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';
import { connectorsPage, type DescribedConnector } from './connectors-page.ts';
import { errorsPage } from './errors-page.ts';
import { generatedFrom, page } from './markdown.ts';
import { reliabilityPage } from './reliability-page.ts';
import { type Migration, schemaPage } from './schema-page.ts';
import { WEBHOOK_EVENTS } from './webhook-events.ts';

/** A file that is written by this program only. */
export interface GeneratedFile {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** Every generated file as it should be now; `root` ends with a slash. */
export function generatedFiles(root: URL): readonly GeneratedFile[] {
  return [
    { path: '.env.example', text: envExample() },
    { path: 'docs/reference/cli.md', text: cliPage() },
    { path: 'docs/reference/config.md', text: configPage(describeConfig()) },
    { path: 'docs/reference/connectors.md', text: connectorsPage(connectors()) },
    { path: 'docs/reference/errors.md', text: errorsPage(ERROR_CODES) },
    { path: 'docs/reference/performance.md', text: performance(root) },
    { path: 'docs/reference/reliability.md', text: reliability(root) },
    { path: 'docs/reference/schema.md', text: schemaPage(migrations(new URL('sql/', root))) },
  ];
}

/** Every connector of the registry. Throws when the events of one are not known here. */
export function connectors(): readonly DescribedConnector[] {
  return registry.providers.map(({ provider, role }) => {
    const events = WEBHOOK_EVENTS[provider];
    if (!events) throw new Error(`tools/generate/webhook-events.ts says nothing of ${provider}`);
    return { connector: role === 'source' ? registry.source(provider) : registry.ledger(provider), events };
  });
}

/** Written by `npm run bench -- all --save`. */
const BENCH_FILE = 'docs/reference/figures/bench.json';

function performance(root: URL): string {
  const results = figures(new URL(BENCH_FILE, root)) as readonly BenchReport[] | null;
  return page(generatedFrom(`\`${BENCH_FILE}\``), performancePage(results ?? []).trimEnd());
}

function reliability(root: URL): string {
  const recorded = figures(new URL(RELIABILITY_FILE, root));
  const read = recorded === null ? null : readAs(RELIABILITY, recorded, RELIABILITY_FILE);
  return reliabilityPage(read, listProperties(fileURLToPath(root)));
}

/** What a full run has kept, or null when there was none. */
function figures(file: URL): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

function migrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_\w+\.sql$/.test(name));
  return names.sort().map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}
