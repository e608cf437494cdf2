import { type Posting, readDocument } from '../../../src/hub/posting/posting.ts';
import { factFromText } from '../../../src/hub/sync/index.ts';
import type { Fact } from '../../../src/model/facts.ts';
import type { FactRow, PostingRow } from './rows.ts';

/** Rows never change in place, so what a row's text means is worked out once for each row. */
const facts = new WeakMap<FactRow, Fact>();
const documents = new WeakMap<PostingRow, ReturnType<typeof readDocument>>();

export function factOf(row: FactRow): Fact {
  const known = facts.get(row);
  if (known !== undefined) return known;
  const fact = factFromText(row.body);
  facts.set(row, fact);
  return fact;
}

export function documentOf(row: PostingRow): ReturnType<typeof readDocument> {
  const known = documents.get(row);
  if (known !== undefined) return known;
  const document = readDocument(row.document);
  documents.set(row, document);
  return document;
}

export function toPosting(row: PostingRow): Posting {
  const { document, party } = documentOf(row);
  return {
    id: row.id,
    pairId: row.pairId,
    sourceId: row.sourceId,
    ledgerId: row.ledgerId,
    factId: row.factId,
    leg: row.leg,
    recipe: row.recipe,
    kind: row.kind,
    state: row.state,
    wanted: row.wanted,
    on: row.on,
    total: row.total,
    document,
    party,
    number: row.number,
    keyRevision: row.keyRevision,
    reasonCode: row.reasonCode,
    failures: row.failures,
    failingSince: row.failingSince,
    plannedAt: row.plannedAt,
    firstSentAt: row.firstSentAt,
    looks: row.looks,
    batch: row.batch,
    documentId: row.documentId,
  };
}
