import type { ConnectorBase, LedgerConnector, RateLimit, SourceConnector } from '../../src/connectors/sdk/index.ts';
import { duration } from './duration.ts';
import { code, generatedFrom, page, table, yesNo } from './markdown.ts';

export type AnyConnector = SourceConnector | LedgerConnector;

/** A connector with the notifications that it makes something of. */
export interface DescribedConnector {
  readonly connector: AnyConnector;
  readonly events: readonly string[];
}

/** The reference of the connectors: a matrix of what each can do, then each by itself. */
export function connectorsPage(described: readonly DescribedConnector[]): string {
  return page(
    generatedFrom('src/connectors/'),
    '# Connectors',
    'What each connector can do. Scopes, reasons and known gaps are in the README of its folder.',
    matrix(described),
    ...described.flatMap(section),
  );
}

function matrix(described: readonly DescribedConnector[]): string {
  const row = (name: string, value: (one: DescribedConnector) => string) => [name, ...described.map(value)];
  const ofSource = (value: (source: SourceConnector) => string) => (one: DescribedConnector) =>
    one.connector.role === 'source' ? value(one.connector) : '';
  const ofLedger = (value: (ledger: LedgerConnector) => string) => (one: DescribedConnector) =>
    one.connector.role === 'ledger' ? value(one.connector) : '';
  return table(
    ['', ...described.map(({ connector }) => connector.displayName)],
    [
      row('role', ({ connector }) => connector.role),
      row('credential', ({ connector }) => credential(connector)),
      row('host', ({ connector }) => (connector.hosts.kind === 'fixed' ? "the provider's" : 'your own')),
      row('notifications understood', ({ events }) => String(events.length)),
      row(
        'registers its webhook itself',
        ofSource((source) => yesNo(source.registration !== undefined)),
      ),
      row(
        'streams read',
        ofSource((source) => String(source.streams.length)),
      ),
      row(
        'objects read one by one',
        ofSource((source) =>
          source.streams
            .filter(({ one }) => one)
            .map(({ name }) => name)
            .join(', '),
        ),
      ),
      row(
        'kinds of document',
        ofLedger((ledger) => ledger.kinds.join(', ')),
      ),
      row(
        'documents in one call',
        ofLedger((ledger) => `up to ${ledger.batchSize}`),
      ),
      row(
        'numbers kept unique by the ledger',
        ofLedger((ledger) => ledger.idempotency.numberedKinds.join(', ')),
      ),
      row(
        'same key may be sent again within',
        ofLedger((ledger) => duration(ledger.idempotency.window_ms)),
      ),
      row(
        'a document may still appear within',
        ofLedger((ledger) => duration(ledger.idempotency.horizon_ms)),
      ),
    ],
  );
}

function section({ connector, events }: DescribedConnector): readonly string[] {
  return [
    `## ${connector.displayName}`,
    table(['', ''], facts(connector)),
    '### Limits',
    'Kept by a budget of our own before the call is made.',
    table(['limit', 'allowed', 'shared by', 'counts', 'source'], connector.limits.map(limitRow)),
    ...(connector.role === 'source' ? streams(connector) : []),
    '### Operations',
    list(connector.operations),
    '### Webhook events',
    list(events),
  ];
}

function facts(connector: ConnectorBase): readonly (readonly string[])[] {
  const { hosts } = connector;
  const places =
    hosts.kind === 'fixed'
      ? [
          ['production', code(hosts.production)],
          ['sandbox', code(hosts.sandbox)],
        ]
      : [['host', 'the address that the owner enters']];
  const headers = Object.entries(connector.headers).map(([name, value]) => code(`${name}: ${value}`));
  return [
    ['provider', code(connector.provider)],
    ['credential', `${credential(connector)}, as ${code(`${connector.auth.header}: ${connector.auth.prefix}…`)}`],
    ...places,
    ['on every call', headers.join(', ')],
    ['time-out of a call', duration(connector.timeout_ms)],
    ["the provider's id of a call", code(connector.requestIdHeader)],
  ];
}

function credential({ auth }: ConnectorBase): string {
  return auth.kind === 'oauth2' ? 'OAuth 2' : 'API key';
}

function limitRow({ name, calls, per_ms, scope, appliesTo, source }: RateLimit): readonly string[] {
  const sharedBy = scope === 'connection' ? 'the connection' : 'the whole app';
  const counts = appliesTo === 'all' ? 'every call' : 'calls that name it';
  return [code(name), `${calls} in ${duration(per_ms)}`, sharedBy, counts, source];
}

function streams({ streams }: SourceConnector): readonly string[] {
  const rows = streams.map(({ name, description, one }) => [code(name), description, yesNo(one !== undefined)]);
  return [
    '### Streams',
    'In the order in which they are read.',
    table(['stream', 'what it holds', 'read one by one'], rows),
  ];
}

function list(names: readonly string[]): string {
  return names.map((name) => `- ${code(name)}`).join('\n');
}
