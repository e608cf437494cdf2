import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A file, and what it imports: another file, a package or a built-in module. */
type Import = readonly [from: string, to: string];

const FORBIDDEN: readonly (readonly [rule: string, ...Import])[] = [
  ['kernel-stands-alone', 'src/kernel/a.ts', 'src/model/index.ts'],
  ['model-on-kernel', 'src/model/a.ts', 'src/platform/store/index.ts'],
  ['sdk-on-model', 'src/connectors/sdk/a.ts', 'src/hub/doors.ts'],
  ['connector-in-own-folder', 'src/connectors/acme/a.ts', 'src/connectors/other/index.ts'],
  ['connector-in-own-folder', 'src/connectors/acme/b.ts', 'src/platform/transport/index.ts'],
  ['sdk-through-index', 'src/connectors/acme/c.ts', 'src/connectors/sdk/stream.ts'],
  ['connectors-through-registry', 'src/hub/sync/a.ts', 'src/connectors/acme/index.ts'],
  ['connectors-through-registry', 'src/edge/http/a.ts', 'src/connectors/registry.ts'],
  ['registry-by-index', 'src/connectors/registry.ts', 'src/connectors/acme/c.ts'],
  ['connector-libraries', 'src/connectors/acme/d.ts', 'undici'],
  ['pure-layers', 'src/model/b.ts', 'node:fs'],
  ['pure-layers', 'src/connectors/acme/e.ts', 'node:net'],
  ['platform-on-kernel', 'src/platform/store/a.ts', 'src/model/index.ts'],
  ['platform-through-index', 'src/hub/inbox/a.ts', 'src/platform/telemetry/log.ts'],
  ['hub-on-platform', 'src/hub/inbox/b.ts', 'src/edge/http/index.ts'],
  ['hub-modules-known', 'src/hub/newcomer/a.ts', 'src/kernel/index.ts'],
  ['hub-through-index', 'src/hub/posting/a.ts', 'src/hub/sync/store.ts'],
  ['hub-through-index', 'src/hub/posting/b.ts', 'src/hub/index.ts'],
  ['audit-under-all', 'src/hub/audit/a.ts', 'src/hub/access/index.ts'],
  ['hub-order-access', 'src/hub/access/a.ts', 'src/hub/connections/index.ts'],
  ['hub-order-connections', 'src/hub/connections/a.ts', 'src/hub/inbox/index.ts'],
  ['hub-order-inbox', 'src/hub/inbox/c.ts', 'src/hub/sync/index.ts'],
  ['hub-order-sync', 'src/hub/sync/b.ts', 'src/hub/mapping/index.ts'],
  ['hub-order-mapping', 'src/hub/mapping/a.ts', 'src/hub/posting/index.ts'],
  ['hub-order-posting', 'src/hub/posting/c.ts', 'src/hub/reconcile/index.ts'],
  ['hub-order-reconcile', 'src/hub/reconcile/a.ts', 'src/hub/paylinks/index.ts'],
  ['hub-order-paylinks', 'src/hub/paylinks/a.ts', 'src/hub/bookkeeping/index.ts'],
  ['hub-order-bookkeeping', 'src/hub/bookkeeping/a.ts', 'src/hub/pipeline/index.ts'],
  ['hub-order-pipeline', 'src/hub/pipeline/a.ts', 'src/hub/verify/index.ts'],
  ['hub-order-verify', 'src/hub/verify/a.ts', 'src/hub/operate/index.ts'],
  ['hub-order-operate', 'src/hub/operate/a.ts', 'src/hub/health/index.ts'],
  ['edge-on-hub', 'src/edge/http/b.ts', 'src/platform/store/index.ts'],
  ['edge-on-hub', 'src/edge/cli/a.ts', 'src/compose/installation.ts'],
  ['hub-verbs-through-index', 'src/edge/http/c.ts', 'src/hub/inbox/receive.ts'],
  ['sandbox-apart', 'sandbox/src/a.ts', 'src/kernel/index.ts'],
  ['server-apart', 'src/platform/transport/a.ts', 'sandbox/src/index.ts'],
  ['product-without-tools', 'src/kernel/b.ts', 'tools/a.ts'],
  ['product-without-tools', 'src/platform/store/b.ts', 'src/platform/store/fixtures/doors.ts'],
  ['no-development-dependency', 'src/platform/telemetry/a.ts', 'vitest'],
  ['door-pg', 'src/hub/inbox/d.ts', 'pg'],
  ['door-kysely', 'src/hub/inbox/e.ts', 'kysely'],
  ['door-undici', 'src/platform/vault/a.ts', 'undici'],
  ['door-http', 'src/hub/inbox/f.ts', 'node:https'],
  ['door-child_process', 'src/platform/transport/b.ts', 'node:child_process'],
  ['door-crypto', 'src/hub/inbox/g.ts', 'node:crypto'],
  ['no-cycles', 'src/hub/posting/one.ts', 'src/hub/posting/other.ts'],
  ['resolvable', 'src/hub/inbox/h.ts', './nowhere.ts'],
  ['pure-without-ports', 'src/hub/reconcile/compare.ts', 'src/platform/store/index.ts'],
  ['pure-without-ports', 'src/hub/posting/plan/fee.ts', 'src/hub/doors.ts'],
];

const ALLOWED: readonly Import[] = [
  ['src/kernel/fine.ts', 'node:util'],
  ['src/model/fine.ts', 'src/kernel/index.ts'],
  ['src/connectors/acme/index.ts', 'src/connectors/sdk/index.ts'],
  ['src/connectors/acme/fine.ts', 'zod'],
  ['src/connectors/all.ts', 'src/connectors/acme/index.ts'],
  ['src/platform/store/fine.ts', 'pg'],
  ['src/platform/store/fine2.ts', 'node:child_process'],
  ['src/platform/transport/fine.ts', 'undici'],
  ['src/hub/posting/fine.ts', 'src/hub/mapping/index.ts'],
  ['src/hub/posting/fine2.ts', 'src/hub/audit/index.ts'],
  ['src/hub/access/fine.ts', 'src/hub/doors.ts'],
  ['src/hub/reconcile/compare-days.ts', 'src/model/index.ts'],
  ['src/edge/http/fine.ts', 'src/hub/index.ts'],
  ['src/edge/http/fine2.ts', 'node:http'],
  ['src/main.ts', 'src/platform/store/index.ts'],
  ['src/compose/fine.ts', 'src/connectors/all.ts'],
  ['src/hub/posting/fine.test.ts', 'src/platform/store/fixtures/doors.ts'],
  ['test/fine.ts', 'sandbox/src/index.ts'],
  ['tools/fine.ts', 'node:child_process'],
];

/** Rows of the same file that imports back, so that there is a circle. */
const BACK: Import = ['src/hub/posting/other.ts', 'src/hub/posting/one.ts'];

const PACKAGES = ['pg', 'kysely', 'undici', 'zod', 'vitest'];
const CONFIG = fileURLToPath(new URL('../.dependency-cruiser.cjs', import.meta.url));

const root = mkdtempSync(join(tmpdir(), 'cf-rules-'));
let broken: ReadonlyMap<string, readonly string[]>;
let rules: readonly IForbiddenRuleType[];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { flag: 'a' });
}

function writeImport([from, to]: Import): void {
  const isFile = /^(src|sandbox|test|tools)\//.test(to);
  const path = relative(dirname(from), to);
  const specifier = isFile ? (path.startsWith('.') ? path : `./${path}`) : to;
  if (isFile) write(to, 'export {};\n');
  // Between our own files types count as well: a name that is only a type still ties two files together.
  write(from, `import ${isFile ? 'type ' : ''}{ something } from '${specifier}';\nexport { something };\n`);
}

function writeTree(): void {
  for (const [, ...row] of FORBIDDEN) writeImport(row);
  for (const row of [...ALLOWED, BACK]) writeImport(row);
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, '1.0.0']));
  const { vitest, ...product } = dependencies;
  write('package.json', JSON.stringify({ name: 'made-up', dependencies: product, devDependencies: { vitest } }));
}

beforeAll(async () => {
  writeTree();
  const { tsConfig: _, ...options } = await extractOptions(CONFIG);
  rules = options.ruleSet?.forbidden ?? [];
  const folders = ['src', 'sandbox', 'test', 'tools'];
  const { output } = await cruise(folders, { ...options, baseDir: root, validate: true });
  const { violations } = (output as ICruiseResult).summary;
  broken = new Map(
    [...Map.groupBy(violations, ({ from }) => from)].map(([from, found]) => [from, found.map(({ rule }) => rule.name)]),
  );
});

afterAll(() => rmSync(root, { recursive: true }));

describe('dependency rules', () => {
  test.each(FORBIDDEN)('%s: %s must not import %s', (rule, from) => {
    expect(broken.get(from)).toContain(rule);
  });
  test.each(ALLOWED)('%s may import %s', (from) => {
    expect(broken.get(from) ?? []).toEqual([]);
  });
  test('every rule is broken by one of these files', () => {
    expect(rules.map(({ name }) => name ?? '').filter((name) => !FORBIDDEN.some(([rule]) => rule === name))).toEqual(
      [],
    );
  });
});
