import { registry } from '../../../src/connectors/registry.ts';
import type { SourceConnector, SourceRecord, Stream } from '../../../src/connectors/sdk/index.ts';
import type { SyncStore } from '../../../src/hub/sync/index.ts';
import { CounterfoilError } from '../../../src/kernel/errors.ts';
import { Chance } from '../core/chance.ts';
import type { Canary } from './canary.ts';

function source(change: (connector: SourceConnector) => Partial<SourceConnector>): Canary {
  return () => ({
    registry: {
      ...registry,
      ledger: (provider) => registry.ledger(provider),
      source: (provider) => ({ ...registry.source(provider), ...change(registry.source(provider)) }),
    },
  });
}

function streams(change: (stream: Stream) => Partial<Stream>): Canary {
  return source((connector) => ({ streams: connector.streams.map((stream) => ({ ...stream, ...change(stream) })) }));
}

function sync(change: (store: SyncStore, chance: Chance) => Partial<SyncStore>): Canary {
  return (seed) => {
    const chance = new Chance(seed, 'canary');
    return {
      stores: (opened) => ({
        ...opened,
        stores: { ...opened.stores, sync: { ...opened.stores.sync, ...change(opened.stores.sync, chance) } },
      }),
    };
  };
}

/** The first version of each record that was ever seen, for a store in which the older one wins. */
function firstVersions(): (record: SourceRecord) => SourceRecord {
  const first = new Map<string, SourceRecord>();
  return (record) => {
    const key = `${record.stream} ${record.externalId}`;
    const known = first.get(key) ?? record;
    first.set(key, known);
    return { ...record, body: known.body, settled: known.settled };
  };
}

/** Mistakes in reading sources. */
export const SOURCE_CANARIES: Readonly<Record<string, Canary>> = {
  'the checkpoint is stored before the rows': sync((store, chance) => ({
    commitPage: async (lease, page) => {
      if (!chance.happens(0.03)) return store.commitPage(lease, page);
      await store.commitPage(lease, { ...page, records: [], follow: [] });
      throw new CounterfoilError('store.unavailable');
    },
  })),
  'the older record wins': sync((store) => {
    const oldest = firstVersions();
    return {
      commitPage: (lease, page) => store.commitPage(lease, { ...page, records: page.records.map(oldest) }),
      commitRead: (lease, read) => store.commitRead(lease, { ...read, records: read.records.map(oldest) }),
    };
  }),
  'the checkpoint is the time of our clock': streams((stream) => ({
    read: (context, cursor, body) => {
      const page = stream.read(context, cursor, body);
      const { checkpoint } = page;
      return {
        ...page,
        checkpoint: { ...(checkpoint as object), readTo: Math.floor(context.now / 1_000) },
      };
    },
  })),
  'a page loses its first row': streams((stream) => ({
    read: (context, cursor, body) => {
      const page = stream.read(context, cursor, body);
      return page.records.length > 1 ? { ...page, records: page.records.slice(1) } : page;
    },
  })),
  'what follows a row is not read': streams((stream) => ({
    read: (context, cursor, body) => ({ ...stream.read(context, cursor, body), follow: [] }),
  })),
  'large amounts lose a cent': source((connector) => ({
    normalise: (record, context) => {
      const made = connector.normalise(record, context);
      const facts = made.facts.map((fact) =>
        fact.kind === 'charge' && fact.gross.minor > 50_000n
          ? { ...fact, gross: { ...fact.gross, minor: fact.gross.minor - 1n } }
          : fact,
      );
      return { ...made, facts };
    },
  })),
  'a forged webhook is taken': source((connector) => ({
    webhook: { ...connector.webhook, verify: () => ({ ok: true }) as never },
  })),
  'a delivery is acknowledged before it is stored': () => ({
    receive: (_process, receive) => async (arrival) => {
      void receive(arrival).catch(() => {});
      return { status: 200, code: null, duplicate: false };
    },
  }),
};
