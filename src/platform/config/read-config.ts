import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { ok, problems, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AppKeysConfig, Config, OAuthConfig, OidcConfig } from './config.ts';
import { type Environment, processEnvironment } from './environment.ts';
import { fileVariant, type Gathered, gather, type ReadFile } from './gather.ts';
import { keySourceProblems, keySourcesOf } from './key-sources.ts';
import { type ConfigProblem, configInvalid } from './problem.ts';
import { unknownVariables } from './unknown-variables.ts';
import { metaOf, type VariableName, variables } from './variables.ts';

/** Values from the command line by variable; they go before the environment. */
export type Overrides = Readonly<Partial<Record<VariableName, string>>>;

/** Bytes; no value is longer, so a larger file was named by mistake. */
const MAX_FILE_BYTES = 65_536;

/** The configuration of this process, or `config.invalid` with every problem at once. */
export function readConfig(environment: Environment = processEnvironment(), overrides: Overrides = {}): Config {
  const checked = checkConfig(environment, overrides);
  if (checked.ok) return checked.value;
  throw configInvalid(checked.problems);
}

/** As {@link readConfig}, with the problems as a value. */
export function checkConfig(
  environment: Environment,
  overrides: Overrides = {},
  readFile: ReadFile = readSmallFile,
): Result<Config, ConfigProblem> {
  const gathered = gather(overridden(environment, overrides), readFile);
  const parsed = variables.safeParse(textsOf(gathered));
  const found = [
    ...gathered.problems,
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => toProblem(issue, gathered))),
    ...samePort(gathered),
    ...halfPairs(gathered),
    ...halfOidc(gathered),
    ...(parsed.success ? keySourceProblems(parsed.data) : []),
    ...unknownVariables(environment),
  ];
  return parsed.success && found.length === 0 ? ok(toConfig(parsed.data, gathered)) : problems(...found);
}

/** Judged by the texts, so that it is found also when something else is wrong. */
function samePort({ given }: Gathered): readonly ConfigProblem[] {
  const [port, edgePort] = (['COUNTERFOIL_PORT', 'COUNTERFOIL_EDGE_PORT'] as const).map(
    (name) => given[name]?.text ?? metaOf(name).default,
  );
  if (port !== edgePort || port === '0') return [];
  return [{ name: 'COUNTERFOIL_EDGE_PORT', problem: 'must be another one than COUNTERFOIL_PORT' }];
}

function overridden(environment: Environment, overrides: Overrides): Environment {
  const set = Object.entries(overrides).filter(([, text]) => text !== undefined);
  const replaced = new Set(set.map(([name]) => fileVariant(name as VariableName)));
  const kept = Object.entries(environment).filter(([name]) => !replaced.has(name));
  return Object.fromEntries([...kept, ...set]);
}

function textsOf({ given }: Gathered): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, { text }]) => [name, text]));
}

function toProblem(issue: { path: PropertyKey[]; message: string }, { given }: Gathered): ConfigProblem {
  const name = String(issue.path[0]) as VariableName;
  const isFromFile = given[name] !== undefined && given[name].origin !== name;
  return isFromFile
    ? { name: fileVariant(name), problem: `what the file holds ${issue.message}` }
    : { name, problem: issue.message };
}

function toConfig(values: z.output<typeof variables>, { given }: Gathered): Config {
  const masterKey = values.COUNTERFOIL_MASTER_KEY;
  return {
    databaseUrl: values.DATABASE_URL,
    dataDir: resolve(values.COUNTERFOIL_DATA_DIR),
    role: values.COUNTERFOIL_ROLE,
    host: values.COUNTERFOIL_HOST,
    port: values.COUNTERFOIL_PORT,
    edgePort: values.COUNTERFOIL_EDGE_PORT,
    publicUrl: values.COUNTERFOIL_PUBLIC_URL ?? `http://127.0.0.1:${values.COUNTERFOIL_EDGE_PORT}`,
    appUrl: values.COUNTERFOIL_APP_URL ?? `http://127.0.0.1:${values.COUNTERFOIL_PORT}`,
    oidc: oidcOf(values),
    masterKey: masterKey && { secret: masterKey, origin: given.COUNTERFOIL_MASTER_KEY!.origin },
    ...keySourcesOf(values, given),
    apiToken: values.COUNTERFOIL_API_TOKEN,
    privateHosts: values.COUNTERFOIL_PRIVATE_HOSTS ?? [],
    trustedProxies: values.COUNTERFOIL_TRUSTED_PROXIES ?? [],
    baseUrls: baseUrlsOf(values),
    oauth: oauthOf(values),
    poll_ms: values.COUNTERFOIL_POLL_SECONDS * 1_000,
    concurrency: values.COUNTERFOIL_CONCURRENCY,
    drain_ms: values.COUNTERFOIL_DRAIN_SECONDS * 1_000,
    logLevel: values.COUNTERFOIL_LOG_LEVEL,
    logFormat: values.COUNTERFOIL_LOG_FORMAT,
    color: values.NO_COLOR === undefined,
  };
}

function baseUrlsOf(values: z.output<typeof variables>): Record<string, string> {
  const urls = {
    stripe: values.COUNTERFOIL_STRIPE_BASE_URL,
    btcpay: values.COUNTERFOIL_BTCPAY_BASE_URL,
    quickbooks: values.COUNTERFOIL_QUICKBOOKS_BASE_URL,
  };
  return Object.fromEntries(Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [[name, url]])));
}

function oauthOf(values: z.output<typeof variables>): OAuthConfig {
  const quickbooks = {
    production: keysOf(values.COUNTERFOIL_QUICKBOOKS_CLIENT_ID, values.COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET),
    sandbox: keysOf(
      values.COUNTERFOIL_QUICKBOOKS_SANDBOX_CLIENT_ID,
      values.COUNTERFOIL_QUICKBOOKS_SANDBOX_CLIENT_SECRET,
    ),
  };
  return {
    apps: { quickbooks },
    redirectUris: values.COUNTERFOIL_OAUTH_REDIRECT_URIS ?? [],
    returnOrigins: values.COUNTERFOIL_RETURN_ORIGINS ?? [],
  };
}

function oidcOf(values: z.output<typeof variables>): OidcConfig | null {
  const { COUNTERFOIL_OIDC_ISSUER: issuer, COUNTERFOIL_OIDC_CLIENT_ID: clientId } = values;
  if (issuer === undefined || clientId === undefined) return null;
  return { issuer, clientId, clientSecret: values.COUNTERFOIL_OIDC_CLIENT_SECRET };
}

function keysOf(clientId: string | undefined, clientSecret: Secret | undefined): AppKeysConfig | undefined {
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

/** One half of a pair of keys is a mistake that would show only at the provider. */
function halfPairs({ given }: Gathered): readonly ConfigProblem[] {
  const pairs = ['COUNTERFOIL_QUICKBOOKS', 'COUNTERFOIL_QUICKBOOKS_SANDBOX'] as const;
  return pairs.flatMap((prefix) => {
    const [id, secret] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] as const;
    if ((given[id] === undefined) === (given[secret] === undefined)) return [];
    const [name, other] = given[id] === undefined ? [id, secret] : [secret, id];
    return [{ name, problem: `must be set together with ${other}` }];
  });
}

/** A provider without a client id is asked by nobody; a client without its provider has nowhere to go. */
function halfOidc({ given }: Gathered): readonly ConfigProblem[] {
  const [issuer, id, secret] = [
    'COUNTERFOIL_OIDC_ISSUER',
    'COUNTERFOIL_OIDC_CLIENT_ID',
    'COUNTERFOIL_OIDC_CLIENT_SECRET',
  ] as const;
  const wanted = [issuer, id, secret].some((name) => given[name] !== undefined);
  return [issuer, id].flatMap((name) =>
    wanted && given[name] === undefined ? [{ name, problem: 'must be set for people to sign in at a provider' }] : [],
  );
}

/** Synchronous: nothing else runs yet, and nothing can before the configuration is known. */
function readSmallFile(path: string): string {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).size > MAX_FILE_BYTES) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
