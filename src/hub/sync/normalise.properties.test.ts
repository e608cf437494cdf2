import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText, spoiled } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import type { RecordRef, SourceConnector } from '../../connectors/sdk/index.ts';
import { row } from '../../connectors/stripe/fixtures/objects.ts';
import { stripe } from '../../connectors/stripe/index.ts';
import { writeJson } from '../../kernel/json.ts';
import type { Connection } from '../connections/index.ts';
import { factToJson } from './fact-json.ts';
import { relativesOf, understand } from './normalise.ts';
import type { StoredRecord } from './understood.ts';

const CONNECTION = { accountId: 'acct_1' } as Connection;

const recordOf = (body: StoredRecord['body']): StoredRecord => ({
  stream: 'balance_transactions',
  externalId: 'txn_1',
  version: null,
  aliases: [],
  settled: true,
  createdAt: null,
  deleted: false,
  body,
  bodySha256: '',
});

/** A connector whose records name these relatives, or that breaks. */
const naming = (ids: readonly string[], breaks: boolean): SourceConnector => ({
  ...stripe,
  relatives: () => ids.map((externalId): RecordRef => ({ stream: 'charges', externalId })),
  normalise: (record, context) => {
    if (breaks) throw new TypeError('made up');
    return stripe.normalise(record, context);
  },
});

property(
  'normalise: a relative is asked for only by an id that the database can be asked for',
  [fc.array(oddText), fc.boolean()],
  (ids, breaks) => {
    const connector = naming(ids, breaks);
    const record = recordOf(row());
    const asked = relativesOf(connector, [record]);
    for (const { externalId } of asked)
      expect(externalId.includes('\0') || externalId.length > 255 || !externalId.isWellFormed()).toBe(false);
    const [commit] = understand(connector, CONNECTION, [record], new Map());
    expect(commit?.missing).toEqual(asked);
    expect(commit?.facts.length).toBe(breaks ? 0 : 1);
  },
);

property(
  'normalise: what a fact holds can be stored, whatever the record says',
  [spoiled(row({ description: 'Lamp', fee: 30 }))],
  (body) => {
    const [commit] = understand(stripe, CONNECTION, [recordOf(body)], new Map());
    for (const fact of commit?.facts ?? []) {
      const text = writeJson(factToJson(fact));
      expect(/\\u0000|\\ud[89a-f]/.test(text)).toBe(false);
    }
  },
);
