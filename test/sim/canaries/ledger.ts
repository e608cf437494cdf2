import { registry } from '../../../src/connectors/registry.ts';
import type { CreateItem, LedgerConnector } from '../../../src/connectors/sdk/index.ts';
import { Chance } from '../core/chance.ts';
import type { Canary } from './canary.ts';

/** Changes the connector of the ledger. */
function ledger(change: (connector: LedgerConnector) => Partial<LedgerConnector>): Canary {
  return () => ({
    registry: {
      ...registry,
      source: (provider) => registry.source(provider),
      ledger: (provider) => ({ ...registry.ledger(provider), ...change(registry.ledger(provider)) }),
    },
  });
}

/** The same item with a change of its marking or document. */
function everyCreate(connector: LedgerConnector, change: (item: CreateItem) => CreateItem): Partial<LedgerConnector> {
  return {
    create: (companyId, item) => connector.create(companyId, change(item)),
    createBatch: (companyId, items, key) => connector.createBatch(companyId, items.map(change), key),
  };
}

/** A cent more in the first line. */
function dearer({ document, marking }: CreateItem): CreateItem {
  if (!('lines' in document) || document.kind === 'journal_entry') return { document, marking };
  const [first, ...others] = document.lines;
  if (first === undefined) return { document, marking };
  const line = { ...first, amount: { ...first.amount, minor: first.amount.minor + 1n } };
  return { marking, document: { ...document, lines: [line, ...others] } as CreateItem['document'] };
}

/** Mistakes in speaking with the ledger. */
export const LEDGER_CANARIES: Readonly<Record<string, Canary>> = {
  'a line is rounded up': ledger((connector) => everyCreate(connector, dearer)),
  'the marker is lost': ledger((connector) =>
    everyCreate(connector, (item) => ({ ...item, marking: { ...item.marking, postingId: 'pst_none' } })),
  ),
  'the idempotency key is not sent': ledger((connector) => ({
    create: (companyId, item) => {
      const request = connector.create(companyId, item);
      return { ...request, query: (request.query ?? []).filter(([name]) => name !== 'requestid') };
    },
  })),
  'a batch gets another key each time': (seed) => {
    const chance = new Chance(seed, 'canary');
    return ledger((connector) => ({
      createBatch: (companyId, items, key) =>
        connector.createBatch(companyId, items, `${key.slice(0, 20)}${chance.next()}`.slice(0, 36)),
    }))(seed);
  },
  'a look-up sees nothing': ledger((connector) => ({
    documents: {
      request: connector.documents.request,
      read: (query, page, body) => ({ ...connector.documents.read(query, page, body), rows: [] }),
    },
  })),
  'every refusal may be tried again': ledger((connector) => ({
    classify: (request, answer) => (answer.status === 400 ? null : connector.classify(request, answer)),
  })),
  'a look-up reaches back five minutes': ledger((connector) => ({
    documents: {
      read: connector.documents.read,
      request: (companyId, query, page) => {
        const since = query.updatedSince;
        const later = since === null ? null : since + 25 * 3_600_000 - 5 * 60_000;
        return connector.documents.request(companyId, { ...query, updatedSince: later }, page);
      },
    },
  })),
};
