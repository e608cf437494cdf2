import { z } from 'zod';
import { ok, problems } from '../../kernel/result.ts';
import { Secret } from '../../kernel/secret.ts';
import { readDatabaseUrl } from './database-url.ts';
import {
  anyText,
  baseUrl,
  bindHost,
  hostList,
  issuer,
  loopbackUrl,
  networkList,
  oneOf,
  oneWord,
  originList,
  type ReadText,
  redirectUriList,
  wholeNumber,
} from './read-text.ts';
import {
  optional,
  optionalSecret,
  type VariableMeta,
  variableMeta,
  type WithoutDefault,
  withDefault,
} from './variable.ts';

/** Ports; 0 lets the system choose a free one. */
const port = wholeNumber(0, 65_535);
/** Ten minutes between two polls would already be longer than people wait for a payment to show; a day is the limit. */
const MAX_POLL_SECONDS = 86_400;
/** Turns at once in one process; each may hold a database connection. */
const MAX_CONCURRENCY = 64;
/** Service managers kill a process that drains longer than this by far. */
const MAX_DRAIN_SECONDS = 600;
/** Characters: below, a token could be guessed. */
const MIN_TOKEN_LENGTH = 32;

const databaseUrl: ReadText<Secret> = (text) => {
  const read = readDatabaseUrl(text);
  return read.ok ? ok(new Secret(text)) : read;
};

const masterKey: ReadText<Secret> = (text) => {
  if (/^([0-9a-f]{64}|[\w+/-]{43}=?)$/i.test(text)) return ok(new Secret(text));
  return problems('must be 32 bytes as base64 (44 characters) or as 64 hexadecimal digits: `openssl rand -base64 32`');
};

const clientSecret: ReadText<Secret> = (text) => {
  const read = oneWord(text);
  return read.ok ? ok(new Secret(read.value)) : read;
};

/** Who may hold the key-encryption key. */
const KEY_PROVIDERS = ['local', 'passphrase', 'aws-kms', 'vault-transit'] as const;
/** Characters; guessing costs 64 MiB and 0.2 s a try, so this is for words that nobody else would put together. */
const MIN_PASSPHRASE_LENGTH = 20;

const passphrase: ReadText<Secret> = (text) => {
  if (text.length >= MIN_PASSPHRASE_LENGTH) return ok(new Secret(text));
  return problems(`must have at least ${MIN_PASSPHRASE_LENGTH} characters, such as six words chosen by dice`);
};

const kmsKeyArn: ReadText<string> = (text) => {
  if (/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(text)) return ok(text);
  return problems('must be the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/…, and not of an alias');
};

const transitName: ReadText<string> = (text) => {
  if (/^[\w.-]+(\/[\w.-]+)*$/.test(text) && !text.split('/').some((part) => /^\.+$/.test(part))) return ok(text);
  return problems('must be a name of letters, digits, dots and dashes');
};

const anySecret: ReadText<Secret> = (text) => ok(new Secret(text));

const apiToken: ReadText<Secret> = (text) => {
  if (text.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(text)) return ok(new Secret(text));
  return problems(`must have at least ${MIN_TOKEN_LENGTH} printable characters without spaces`);
};

/** Every variable that the product reads. The generated documentation follows this order. */
export const variables = z.object({
  DATABASE_URL: optionalSecret(databaseUrl, {
    without: 'an embedded PostgreSQL in the data directory',
    description:
      'PostgreSQL to use, as postgres://user:password@host:5432/database. The user must own the database; ' +
      '?sslmode=require demands TLS with a valid certificate.',
  }),
  COUNTERFOIL_DATA_DIR: withDefault(anyText, './data', 'Where the embedded database, keys and tokens are kept.'),
  COUNTERFOIL_ROLE: withDefault(
    oneOf('all', 'api', 'worker'),
    'all',
    'What this process does: answer requests (api), do the work (worker), or both (all).',
  ),
  COUNTERFOIL_HOST: withDefault(
    bindHost,
    '127.0.0.1',
    'Address to listen on. The default serves this machine only; 0.0.0.0 serves the network.',
  ),
  COUNTERFOIL_PORT: withDefault(port, '4170', 'Port of the API and of health; 0 takes a free one.'),
  COUNTERFOIL_EDGE_PORT: withDefault(port, '4171', 'Port for webhooks: the only one to open to the internet.'),
  COUNTERFOIL_PUBLIC_URL: optional(baseUrl, {
    without: 'http://127.0.0.1 with the port of COUNTERFOIL_EDGE_PORT',
    description: 'Where providers and customers reach the edge port; webhooks are registered with it.',
  }),
  COUNTERFOIL_APP_URL: optional(baseUrl, {
    without: 'http://127.0.0.1 with the port of COUNTERFOIL_PORT',
    description:
      'Where browsers reach the API port; a sign-in provider sends them back there. With https they are told to use nothing else.',
  }),
  COUNTERFOIL_OIDC_ISSUER: optional(issuer, {
    without: 'nobody signs in at a provider',
    description:
      'Provider at which people may sign in (OpenID Connect): its issuer, exactly as it writes it. Whoever has an account or an invitation under an address that it has verified may come in, so it must be one that you trust with that.',
  }),
  COUNTERFOIL_OIDC_CLIENT_ID: optional(oneWord, {
    without: 'nobody signs in at a provider',
    description:
      'Client id at that provider; its redirect address is /api/v1/sign-in/oidc/callback below COUNTERFOIL_APP_URL.',
  }),
  COUNTERFOIL_OIDC_CLIENT_SECRET: optionalSecret(clientSecret, {
    without: 'a public client, which PKCE alone proves',
    description: 'Client secret at that provider.',
  }),
  COUNTERFOIL_MASTER_KEY: optionalSecret(masterKey, {
    without: 'the file master.key in the data directory, made at the first start',
    description: 'Key that seals all stored credentials: 32 bytes as base64 or hexadecimal digits. Keep a copy of it.',
  }),
  COUNTERFOIL_KEY_PROVIDER: withDefault(
    oneOf(...KEY_PROVIDERS),
    'local',
    'Who holds the key that seals all stored credentials: this process (local), with the key of COUNTERFOIL_MASTER_KEY; ' +
      'a passphrase; AWS KMS; or the transit engine of HashiCorp Vault or OpenBao. ' +
      'Changed by a rotation, see `counterfoil keys rotate`.',
  ),
  COUNTERFOIL_PASSPHRASE: optionalSecret(passphrase, {
    without: 'no key from a passphrase',
    description: `Passphrase that the key is made of with Argon2id, at least ${MIN_PASSPHRASE_LENGTH} characters. Keep a copy of it.`,
  }),
  COUNTERFOIL_AWS_KMS_KEY: optional(kmsKeyArn, {
    without: 'no key in AWS KMS',
    description: 'ARN of a symmetric key in AWS KMS; not of an alias.',
  }),
  COUNTERFOIL_AWS_KMS_ENDPOINT: optional(baseUrl, {
    without: "the address of the key's region",
    description: 'Address of AWS KMS, such as an endpoint of your private network.',
  }),
  COUNTERFOIL_AWS_ACCESS_KEY_ID: optional(anyText, {
    without: 'what the AWS SDK finds on this machine: its environment, profile or role',
    description: 'Access key for AWS KMS; it needs kms:GenerateDataKey and kms:Decrypt.',
  }),
  COUNTERFOIL_AWS_SECRET_ACCESS_KEY: optionalSecret(anySecret, {
    without: 'as for COUNTERFOIL_AWS_ACCESS_KEY_ID',
    description: 'Secret of that access key.',
  }),
  COUNTERFOIL_AWS_SESSION_TOKEN: optionalSecret(anySecret, {
    without: 'a lasting access key',
    description: 'Session token of a temporary access key.',
  }),
  COUNTERFOIL_TRANSIT_URL: optional(baseUrl, {
    without: 'no key in HashiCorp Vault or OpenBao',
    description: 'Address of HashiCorp Vault or OpenBao; plain http only on the own network.',
  }),
  COUNTERFOIL_TRANSIT_TOKEN: optionalSecret(anySecret, {
    without: 'no access to HashiCorp Vault or OpenBao',
    description: 'Token that may encrypt and decrypt with the key.',
  }),
  COUNTERFOIL_TRANSIT_KEY: optional(transitName, {
    without: 'no key in HashiCorp Vault or OpenBao',
    description: 'Name of the key in the transit engine (aes256-gcm96, the default there).',
  }),
  COUNTERFOIL_TRANSIT_MOUNT: withDefault(transitName, 'transit', 'Path at which the transit engine is mounted.'),
  COUNTERFOIL_TRANSIT_NAMESPACE: optional(anyText, {
    without: 'no namespace',
    description: 'Namespace of HashiCorp Vault Enterprise or OpenBao.',
  }),
  COUNTERFOIL_NEXT_KEY_PROVIDER: optional(oneOf(...KEY_PROVIDERS), {
    without: 'the same as COUNTERFOIL_KEY_PROVIDER',
    description: 'Who holds the key that is to take the place of the present one; see `counterfoil keys rotate`.',
  }),
  COUNTERFOIL_NEXT_MASTER_KEY: optionalSecret(masterKey, {
    without: 'the file master.key.next in the data directory, made by `counterfoil keys rotate`',
    description: 'Key that is to take the place of the present one.',
  }),
  COUNTERFOIL_NEXT_PASSPHRASE: optionalSecret(passphrase, {
    without: 'no change of the passphrase',
    description: 'Passphrase that is to take the place of the present key.',
  }),
  COUNTERFOIL_NEXT_AWS_KMS_KEY: optional(kmsKeyArn, {
    without: 'no change of the key in AWS KMS',
    description: 'ARN of the key in AWS KMS that is to take the place of the present key.',
  }),
  COUNTERFOIL_NEXT_TRANSIT_KEY: optional(transitName, {
    without: 'no change of the key in the transit engine',
    description: 'Name of the key in the transit engine that is to take the place of the present key.',
  }),
  COUNTERFOIL_API_TOKEN: optionalSecret(apiToken, {
    without: 'the file api.token in the data directory, made at the first start',
    description: `Token for the local API, at least ${MIN_TOKEN_LENGTH} characters.`,
  }),
  COUNTERFOIL_PRIVATE_HOSTS: optional(hostList, {
    without: 'none',
    description: 'Hosts on private networks that may be connected to, such as your BTCPay Server; separated by commas.',
  }),
  COUNTERFOIL_TRUSTED_PROXIES: optional(networkList, {
    without: 'none: whoever connects is who asks',
    description:
      'Addresses of reverse proxies before the API port, separated by commas. Only from them X-Forwarded-For is believed, by which guesses and requests are counted.',
  }),
  COUNTERFOIL_STRIPE_BASE_URL: optional(loopbackUrl, override('Stripe')),
  COUNTERFOIL_BTCPAY_BASE_URL: optional(loopbackUrl, override('BTCPay Server')),
  COUNTERFOIL_QUICKBOOKS_BASE_URL: optional(loopbackUrl, override('QuickBooks')),
  COUNTERFOIL_QUICKBOOKS_CLIENT_ID: optional(oneWord, clientId('QuickBooks', 'production')),
  COUNTERFOIL_QUICKBOOKS_CLIENT_SECRET: optionalSecret(clientSecret, clientId('QuickBooks', 'production', 'secret')),
  COUNTERFOIL_QUICKBOOKS_SANDBOX_CLIENT_ID: optional(oneWord, clientId('QuickBooks', 'development')),
  COUNTERFOIL_QUICKBOOKS_SANDBOX_CLIENT_SECRET: optionalSecret(
    clientSecret,
    clientId('QuickBooks', 'development', 'secret'),
  ),
  COUNTERFOIL_OAUTH_REDIRECT_URIS: optional(redirectUriList, {
    without: 'only /oauth/callback/<provider> below COUNTERFOIL_PUBLIC_URL',
    description:
      'Further redirect addresses that are registered at providers, separated by commas; for `connect --paste-back` on machines without https.',
  }),
  COUNTERFOIL_RETURN_ORIGINS: optional(originList, {
    without: 'none: the callback shows a page of its own',
    description:
      'Origins to which a browser may be sent back after an authorisation at a provider, separated by commas.',
  }),
  COUNTERFOIL_POLL_SECONDS: withDefault(
    wholeNumber(1, MAX_POLL_SECONDS),
    '60',
    'Seconds between two looks at a source, for what no webhook brought.',
  ),
  COUNTERFOIL_CONCURRENCY: withDefault(
    wholeNumber(1, MAX_CONCURRENCY),
    '8',
    'Connections worked on at once by one process.',
  ),
  COUNTERFOIL_DRAIN_SECONDS: withDefault(
    wholeNumber(0, MAX_DRAIN_SECONDS),
    '20',
    'Seconds that work under way gets to finish when the process is asked to stop.',
  ),
  COUNTERFOIL_LOG_LEVEL: withDefault(
    oneOf('debug', 'info', 'warn', 'error'),
    'info',
    'Least important lines to write. Stack traces appear at debug only.',
  ),
  COUNTERFOIL_LOG_FORMAT: withDefault(
    oneOf('json', 'pretty'),
    'json',
    'How lines look: json is one object a line, pretty is plain text for people.',
  ),
  NO_COLOR: optional(anyText, { without: 'colours on a terminal', description: 'Any value switches colours off.' }),
});

export type VariableName = keyof typeof variables.shape;

export const VARIABLE_NAMES = Object.keys(variables.shape) as VariableName[];

export function metaOf(name: VariableName): VariableMeta {
  return variableMeta.get(variables.shape[name])!;
}

function override(provider: string): WithoutDefault {
  return {
    without: `the real ${provider}`,
    description: `Address of a sandbox to use instead of ${provider}; on this machine only, never for production connections.`,
  };
}

function clientId(provider: string, kind: 'production' | 'development', part: 'id' | 'secret' = 'id'): WithoutDefault {
  return {
    without: `nothing can be authorised at ${provider} with ${kind} keys`,
    description: `Client ${part} of your app at ${provider}, of its ${kind} keys; both parts of a pair are needed.`,
  };
}
