import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCompiler } from './compiler.ts';
import type { Description } from './openapi.ts';
import { describedRoutes, type Operation } from './operation.ts';
import type { DescribedProvider } from './providers.ts';
import { createRouter, type Router } from './routes.ts';

/** The operations of one provider: all names, and the one a method and path belong to. */
export interface Catalogue {
  readonly find: Router<Operation>;
  readonly operations: ReadonlyMap<string, Operation>;
}

const loaded = new Map<string, Catalogue>();

/** A provider's description files below the shared folder; read once, and compiled checks are kept with them. */
export function loadCatalogue(provider: DescribedProvider, shared: string): Catalogue {
  const folder = join(shared, 'specs', provider);
  const known = loaded.get(folder);
  const catalogue = known ?? readCatalogue(provider, folder);
  if (known === undefined) loaded.set(folder, catalogue);
  return catalogue;
}

function readCatalogue(provider: DescribedProvider, folder: string): Catalogue {
  const read = (file: string) => catalogueOf(readDescription(join(folder, file)));
  if (provider !== 'btcpay') return read(`${provider}.json`);
  return btcpayCatalogue(read('btcpay-2.3.9.json'), read('btcpay-2.4.1.json'));
}

/** The catalogue of one description. */
export function catalogueOf(description: Description): Catalogue {
  const routes = describedRoutes(description, createCompiler(description));
  return {
    find: createRouter(routes),
    operations: new Map(routes.map(({ target }) => [target.name, target])),
  };
}

/** Calls on a single invoice or on webhooks below a store: every version serves them, only the older file has them. */
const STORE_SCOPED = /^\/api\/v1\/stores\/[^/]+\/(?:invoices\/[^/]|webhooks(?:\/|$))/;

/** Both versions as one: store-scoped calls by the older file alone, all others by the newer one and then the older. */
export function btcpayCatalogue(older: Catalogue, newer: Catalogue): Catalogue {
  const storeScoped = [...older.operations].filter(([name]) => STORE_SCOPED.test(name.slice(name.indexOf(' ') + 1)));
  return {
    find: (method, path) =>
      STORE_SCOPED.test(path) ? older.find(method, path) : (newer.find(method, path) ?? older.find(method, path)),
    operations: new Map([...older.operations, ...newer.operations, ...storeScoped]),
  };
}

function readDescription(file: string): Description {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<Description>;
  if (content.paths === undefined || content.components?.schemas === undefined || content.info === undefined) {
    throw new Error(`${file} is not an API description`);
  }
  return { info: content.info, paths: content.paths, components: content.components };
}
