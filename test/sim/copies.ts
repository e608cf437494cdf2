import type { LedgerWatch } from './ledger-watch.ts';

/** A live document beside the one that counts for its posting. */
export interface Copy {
  readonly posting: string;
  readonly entity: string;
  readonly documentId: string;
  readonly madeAt: number;
}

/**
 * All copies in one company's books. Of the documents of a posting in `posted`, the one made first counts: a look-up
 * adopts it. Of any other posting none does.
 */
export function copiesIn(watch: Pick<LedgerWatch, 'live' | 'document'>, posted: ReadonlySet<string>): readonly Copy[] {
  return [...watch.live].flatMap(([posting, keys]) =>
    [...keys]
      .map((key) => {
        const [entity, documentId] = key.split(' ') as [string, string];
        return { posting, entity, documentId, madeAt: watch.document(key)!.madeAt };
      })
      .sort((a, b) => Number(a.documentId) - Number(b.documentId))
      .slice(posted.has(posting) ? 1 : 0),
  );
}
