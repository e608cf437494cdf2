// Who may import whom, as ARCHITECTURE.md draws it. `tools/dependency-rules.test.ts` breaks every rule once.

/** Tests, and what only tests import: they may reach across, but nothing may reach into them. */
const TESTS = '(\\.(test|contract)\\.ts|/fixtures(\\.ts|/[^/]+)|/contract-kit[^/]*\\.ts)$';
/** The composition root wires real parts together, so it may import everything. */
const ROOT = '^src/(main\\.ts$|compose/)';
/** In the order in which data flows: each may use those before it. */
const HUB_ORDER = [
  'access',
  'connections',
  'inbox',
  'sync',
  'mapping',
  'posting',
  'reconcile',
  'paylinks',
  'bookkeeping',
  'pipeline',
  'verify',
  'operate',
  'health',
];
/** Files known by name to take values and return values, and the planner's folder. */
const PURE = [
  '/(plan|normalise|compare|match|map)\\.ts$',
  '/(plan|normalise|compare|match|map)-[^/]*\\.ts$',
  '/plan/[^/]+\\.ts$',
];
const CORE_WITHOUT_EFFECTS = '^(node:)?(util|buffer|crypto)$';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const npm = (...names) => `^node_modules/(@types/)?(${names.join('|')})/`;
const core = (...names) => `^(node:)?(${names.join('|')})(/|$)`;

/** An outside thing that only the named places may touch. */
const oneDoor = (name, to, ...places) =>
  forbid(
    `door-${name}`,
    `${name} has one door: ${places.join(', ')}`,
    { path: '^(src|sandbox)/', pathNot: [TESTS, ...places] },
    to,
  );

const layers = [
  forbid(
    'kernel-stands-alone',
    'kernel imports nothing of ours',
    { path: '^src/kernel/', pathNot: TESTS },
    { path: '^(src|sandbox)/', pathNot: '^src/kernel/' },
  ),
  forbid(
    'model-on-kernel',
    'model imports kernel only',
    { path: '^src/model/', pathNot: TESTS },
    { path: '^(src|sandbox)/', pathNot: '^src/(kernel|model)/' },
  ),
  forbid(
    'sdk-on-model',
    'connectors/sdk imports model and kernel only',
    { path: '^src/connectors/sdk/', pathNot: TESTS },
    { path: '^(src|sandbox)/', pathNot: '^src/(kernel|model|connectors/sdk)/' },
  ),
  forbid(
    'connector-in-own-folder',
    'a connector imports sdk, model, kernel and its own folder',
    { path: '^src/connectors/(?!sdk/)([^/]+)/', pathNot: TESTS },
    { path: '^(src|sandbox)/', pathNot: ['^src/(kernel|model)/', '^src/connectors/sdk/', '^src/connectors/$1/'] },
  ),
  forbid(
    'sdk-through-index',
    'connectors and hub use connectors/sdk through its index.ts',
    { path: '^src/', pathNot: [TESTS, '^src/connectors/sdk/'] },
    { path: '^src/connectors/sdk/', pathNot: '/index\\.ts$' },
  ),
  forbid(
    'connectors-through-registry',
    'only the registry knows the connectors, by their index.ts; only the composition root knows the registry',
    { path: '^src/', pathNot: [TESTS, ROOT, '^src/connectors/'] },
    { path: '^src/connectors/', pathNot: '^src/connectors/sdk/' },
  ),
  forbid(
    'registry-by-index',
    'the registry lists connectors by their index.ts, and does nothing else',
    { path: '^src/connectors/[^/]+\\.ts$', pathNot: TESTS },
    { path: '^src/', pathNot: ['^src/kernel/', '^src/(hub/doors|connectors/[^/]+/index)\\.ts$'] },
  ),
  forbid(
    'connector-libraries',
    'connectors build and read values: of libraries they use zod alone',
    { path: '^src/connectors/', pathNot: TESTS },
    { path: '^node_modules/', pathNot: npm('zod') },
  ),
  forbid(
    'pure-layers',
    'kernel, model and connectors have no I/O',
    { path: '^src/(kernel|model|connectors)/', pathNot: TESTS },
    { dependencyTypes: ['core'], pathNot: CORE_WITHOUT_EFFECTS },
  ),
  forbid(
    'platform-on-kernel',
    'platform knows no accounting: it imports kernel only',
    { path: '^src/platform/', pathNot: TESTS },
    { path: '^(src|sandbox)/', pathNot: '^src/(kernel|platform)/' },
  ),
  forbid(
    'platform-through-index',
    'platform is used through its index.ts files',
    { path: '^src/', pathNot: [TESTS, '^src/platform/'] },
    { path: '^src/platform/', pathNot: '/index\\.ts$' },
  ),
];

const hub = [
  forbid(
    'hub-on-platform',
    'hub imports platform, connectors/sdk, model and kernel',
    { path: '^src/hub/', pathNot: TESTS },
    { path: '^(src/(edge|compose)/|src/main\\.ts$|sandbox/)' },
  ),
  forbid(
    'hub-modules-known',
    'every module of the hub has its place in the order (HUB_ORDER in this file)',
    { path: `^src/hub/(?!(${HUB_ORDER.join('|')}|audit)/)[^/]+/` },
    { path: '.' },
  ),
  forbid(
    'hub-through-index',
    'modules of the hub use each other through index.ts, never the facade of the whole',
    { path: '^src/hub/([^/]+)/', pathNot: TESTS },
    { path: '^src/hub/', pathNot: ['^src/hub/$1/', '^src/hub/[^/]+/index\\.ts$', '^src/hub/doors\\.ts$'] },
  ),
  forbid(
    'audit-under-all',
    'audit and doors.ts may be used by every module of the hub, so they use none',
    { path: '^src/hub/(audit/|doors\\.ts$)', pathNot: TESTS },
    { path: '^src/hub/', pathNot: '^src/hub/(audit/|doors\\.ts$)' },
  ),
  ...HUB_ORDER.slice(0, -1).map((module, i) =>
    forbid(
      `hub-order-${module}`,
      `the order of the hub is ${HUB_ORDER.join(' ← ')}; audit and doors.ts may be used by all`,
      { path: `^src/hub/${module}/`, pathNot: TESTS },
      { path: '^src/hub/[^/]+/', pathNot: `^src/hub/(audit|${HUB_ORDER.slice(0, i + 1).join('|')})/` },
    ),
  ),
];

const edge = [
  forbid(
    'edge-on-hub',
    'edge calls verbs of hub: never the store, the transport or a connector',
    { path: '^src/edge/', pathNot: TESTS },
    { path: ['^src/platform/(store|transport|engine)/', '^src/(connectors|compose)/', '^src/main\\.ts$', '^sandbox/'] },
  ),
  forbid(
    'hub-verbs-through-index',
    'the hub is used through its index files',
    { path: '^src/', pathNot: [TESTS, '^src/hub/'] },
    { path: '^src/hub/', pathNot: ['/index\\.ts$', '^src/hub/doors\\.ts$'] },
  ),
];

const apart = [
  forbid(
    'sandbox-apart',
    'sandbox imports nothing of the server',
    { path: '^sandbox/' },
    { path: '^(src|tools|bench|demo)/' },
  ),
  forbid(
    'server-apart',
    'the server imports nothing of the sandbox',
    { path: '^src/', pathNot: TESTS },
    { path: '^(sandbox/|node_modules/@counterfoil/)' },
  ),
  forbid(
    'product-without-tools',
    'the product imports no tools, benchmarks, demos or tests; its root loads the demo when asked for it',
    { path: '^(src|sandbox)/', pathNot: [TESTS, ROOT] },
    { path: ['^(test|tools|bench|demo)/', TESTS] },
  ),
  forbid(
    'no-development-dependency',
    'the product runs without development dependencies',
    { path: '^(src|sandbox)/', pathNot: TESTS },
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
  ),
];

const doors = [
  oneDoor('pg', { path: npm('pg') }, '^src/platform/store/'),
  oneDoor('kysely', { path: npm('kysely') }, '^src/platform/store/'),
  oneDoor('undici', { path: npm('undici') }, '^src/platform/transport/'),
  oneDoor(
    'http',
    { path: core('http', 'https', 'http2', 'tls', 'dns') },
    '^src/platform/transport/',
    '^src/edge/http/',
    ROOT,
    '^sandbox/src/(http|webhooks)/',
  ),
  oneDoor('child_process', { path: core('child_process', 'cluster') }, '^src/platform/store/'),
  oneDoor(
    'crypto',
    { path: core('crypto') },
    '^src/kernel/(digest|random|ids)\\.ts$',
    '^src/platform/vault/',
    '^sandbox/',
  ),
];

const everywhere = [
  forbid(
    'no-cycles',
    'no cycles at all, not even of types',
    { path: '^(src|sandbox|test|tools|bench|demo)/' },
    { circular: true },
  ),
  forbid('resolvable', 'every import leads somewhere', {}, { couldNotResolve: true }),
  forbid(
    'pure-without-ports',
    'plan, normalise, compare, match and map take values and return values: they import no port',
    { path: PURE, pathNot: [TESTS, '^(test|tools|bench|demo)/'] },
    { path: ['^src/platform/', '/doors\\.ts$', '\\.pg\\.ts$', '(^|/|-)store\\.ts$'] },
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layers, ...hub, ...edge, ...apart, ...doors, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
