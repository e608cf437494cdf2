import { readdirSync, readFileSync } from 'node:fs';
import { registry } from '../../src/connectors/registry.ts';
import { ERROR_CODES } from '../../src/kernel/error-codes.ts';
import { describeConfig, envExample } from '../../src/platform/config/index.ts';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';
import { connectorsPage, type DescribedConnector } from './connectors-page.ts';
import { errorsPage } from './errors-page.ts';
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

function migrations(folder: URL): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_\w+\.sql$/.test(name));
  return names.sort().map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
}
