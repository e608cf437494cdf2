import { describe, expect, test } from 'vitest';
import { derivedHash } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import { add, type Money, sumMoney } from '../../kernel/money.ts';
import type { LedgerDocument } from '../../model/document.ts';
import { describeErrors, type ErrorAnswer } from './contract-kit-errors.ts';
import { expectWellFormed } from './contract-kit-requests.ts';
import { describeSignatures } from './contract-kit-vectors.ts';
import type { ProviderRequest } from './http.ts';
import type { CreateItem, DocumentQuery, ItemAnswer, LedgerConnector, Marking } from './ledger.ts';

/** The posting id: 36 characters, the batch limit of the narrowest ledger. */
const POSTING_ID_LENGTH = 36;
const NUMBER_MAX_LENGTH = 21;
/** Bodies that say nothing about what happened to the request. */
const UNREADABLE: readonly Json[] = [null, 'text', 7, [], {}, { error: 'busy' }];

/** One item of a batch and what the made-up ledger does with it. `missing`: the answer does not speak of it. */
export interface BatchEntry {
  readonly item: CreateItem;
  readonly outcome: 'created' | 'refused' | 'missing';
}

/** What the contract needs to know of one ledger connector: the ledger's side, by hand. */
export interface LedgerContract {
  readonly connector: LedgerConnector;
  readonly companyId: string;
  /** At least one for each kind that the connector creates; marked with {@link sampleMarking}, each its own number. */
  readonly items: readonly CreateItem[];
  /** The ledger's answer to `create` of the item. */
  createdBody(item: CreateItem, request: ProviderRequest): Json;
  /** One full page of the list that `documents` asks for, holding the documents made by these requests. */
  listedBody(
    query: DocumentQuery,
    made: readonly { readonly item: CreateItem; readonly request: ProviderRequest }[],
  ): Json;
  /** The answer to the batch; entries in any order, as ledgers give them. */
  batchBody(entries: readonly BatchEntry[], request: ProviderRequest): Json;
  readonly idempotency: {
    /** Where the ledger takes its key from: the create's or the batch's. Null when there is none. */
    keyOf(request: ProviderRequest): string | null;
    readonly maxLength: number;
  };
  readonly errors: readonly ErrorAnswer[];
}

/** A marking as posting makes it: a posting id of full length, its number, the id as key. */
export function sampleMarking(seed: string): Marking {
  const hash = derivedHash([seed]);
  return { postingId: `pst_${hash}`, number: `ST-${hash.slice(0, 18)}`, key: `pst_${hash}` };
}

/** Defines the tests that every ledger connector must pass. */
export function runLedgerContract(contract: LedgerContract): void {
  const { connector } = contract;
  describe(`the contract of a ledger, kept by ${connector.provider}`, () => {
    describeSignatures(connector.provider, connector.webhook);
    describeErrors(connector, contract.errors);
    for (const item of contract.items) describeItem(contract, item);
    describeBatch(contract);
  });
}

function describeItem(contract: LedgerContract, item: CreateItem): void {
  const { connector, companyId } = contract;
  const { document, marking } = item;
  const request = connector.create(companyId, item);

  describe(`${document.kind} ${marking.number}`, () => {
    test('is asked for by a declared operation, the same each time, without a secret in the address', () => {
      expectWellFormed(connector, [request]);
      expect(connector.create(companyId, item)).toEqual(request);
    });

    test('carries its marker, its number and a key that fits', () => {
      expect(marking.postingId).toHaveLength(POSTING_ID_LENGTH);
      expect(marking.number.length).toBeLessThanOrEqual(NUMBER_MAX_LENGTH);
      expect(request.body?.text).toContain(`counterfoil:1:${marking.postingId}`);
      if (connector.idempotency.numberedKinds.includes(document.kind)) {
        expect(request.body?.text).toContain(marking.number);
      }
      expectKey(contract, item);
    });

    test('comes back from its answer and from the list with its posting id, day and total', () => {
      expectOurs(connector.readCreated(item, contract.createdBody(item, request)), item);
      if (!connector.kinds.includes(document.kind)) return;
      const query: DocumentQuery = {
        kind: document.kind,
        from: document.on,
        to: document.on,
        updatedSince: null,
        homeCurrency: document.currency,
      };
      expectWellFormed(connector, [connector.documents.request(companyId, query, null)]);
      const listed = connector.documents.read(query, null, contract.listedBody(query, [{ item, request }]));
      const [found, ...others] = listed.rows;
      expect(others).toEqual([]);
      expect(found).toMatchObject({ kind: document.kind, postingId: marking.postingId, on: document.on });
    });

    test('has an unknown outcome when the answer cannot be read', () => {
      for (const body of UNREADABLE) expectUnknown(connector.readCreated(item, body));
    });
  });
}

function expectKey({ connector, companyId, idempotency }: LedgerContract, item: CreateItem): void {
  const longest = `${item.marking.key}r99`;
  const again = { ...item, marking: { ...item.marking, key: longest } };
  for (const one of [item, again]) {
    const key = idempotency.keyOf(connector.create(companyId, one));
    expect(key).toBe(one.marking.key);
    expect(key?.length).toBeLessThanOrEqual(idempotency.maxLength);
  }
}

function describeBatch(contract: LedgerContract): void {
  const { connector, companyId } = contract;
  if (connector.batchSize < 2) return;
  const items = contract.items.slice(0, connector.batchSize);
  const batchKey = sampleMarking('batch').key;
  const request = connector.createBatch(companyId, items, batchKey);

  describe('a batch', () => {
    test('is a declared operation under its key and carries every marker', () => {
      expectWellFormed(connector, [request]);
      expect(contract.idempotency.keyOf(request)).toBe(batchKey);
      for (const { marking } of items) expect(request.body?.text).toContain(`counterfoil:1:${marking.postingId}`);
    });

    for (const outcome of ['refused', 'missing'] as const) {
      test(`with one item ${outcome} leaves its neighbours as they are, whichever item it is`, () => {
        for (const [odd] of items.entries()) {
          const entries = items.map((item, i) => ({ item, outcome: i === odd ? outcome : ('created' as const) }));
          const answers = connector.readBatch(items, contract.batchBody(entries, request));
          expect(answers).toHaveLength(items.length);
          for (const [i, item] of items.entries()) {
            if (i !== odd) expectOurs(answers[i], item);
            else if (outcome === 'missing') expectUnknown(answers[i]);
            else expect(answers[i]).toMatchObject({ ok: false, error: { outcome: 'not_applied' } });
          }
        }
      });
    }

    test('has an unknown outcome for every item when the answer cannot be read', () => {
      for (const body of UNREADABLE) {
        const answers = connector.readBatch(items, body);
        expect(answers).toHaveLength(items.length);
        for (const answer of answers) expectUnknown(answer);
      }
    });
  });
}

function expectOurs(answer: ItemAnswer | undefined, { document, marking }: CreateItem): void {
  expect(answer).toMatchObject({
    ok: true,
    document: { kind: document.kind, postingId: marking.postingId, on: document.on },
  });
  const total = totalOf(document);
  if (answer?.ok && total) expect(answer.document.total).toEqual(total);
}

function expectUnknown(answer: ItemAnswer | undefined): void {
  expect(answer).toMatchObject({ ok: false, error: { outcome: 'unknown' } });
}

/** What the ledger must give back as the document's total, or null for kinds whose total ledgers define differently. */
function totalOf(document: LedgerDocument): Money | null {
  switch (document.kind) {
    case 'sales_receipt':
    case 'refund_receipt':
    case 'invoice':
    case 'credit_memo':
      return add(
        sumMoney(
          document.lines.map(({ amount }) => amount),
          document.currency,
        ),
        document.tax,
      );
    case 'expense':
    case 'deposit':
      return sumMoney(
        document.lines.map(({ amount }) => amount),
        document.currency,
      );
    case 'transfer':
    case 'payment':
      return document.amount;
    default:
      return null;
  }
}
