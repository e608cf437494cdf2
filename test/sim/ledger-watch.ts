import type { Tenant } from './world/tenant.ts';

const MARKER = /counterfoil:1:(pst_[0-9a-z]{32})/;

interface Watched {
  readonly posting: string;
  readonly entity: string;
  readonly minor: bigint;
  readonly madeAt: number;
}

/** Follows one company's books from outside: which live documents carry the marker of which posting. */
export class LedgerWatch {
  readonly #tenant: Tenant;
  #seen = 0;
  /** By entity and id of the ledger. */
  readonly #documents = new Map<string, Watched>();
  readonly #live = new Map<string, Set<string>>();
  /** Keys of all documents that a posting ever had. */
  readonly #made = new Map<string, Set<string>>();

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
  }

  /** Live documents by posting, as entity and id. */
  get live(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#live;
  }

  /** How many documents a posting ever had. */
  made(posting: string): number {
    return this.#made.get(posting)?.size ?? 0;
  }

  document(key: string): Watched | undefined {
    return this.#documents.get(key);
  }

  /** Reads what changed since the last look; answers the postings that it concerns. */
  look(): ReadonlySet<string> {
    const { quickbooks } = this.#tenant.sandbox;
    const touched = new Set<string>();
    for (const { seq, entity, entityId } of quickbooks.events(this.#seen)) {
      this.#seen = seq;
      const key = `${entity} ${entityId}`;
      const before = this.#documents.get(key)?.posting;
      const now = readWatched(quickbooks.read(entity, entityId), entity);
      if (before !== undefined) this.#live.get(before)?.delete(key);
      if (now === null) this.#documents.delete(key);
      else this.#add(key, now);
      for (const posting of [before, now?.posting]) if (posting !== undefined) touched.add(posting);
    }
    return touched;
  }

  #add(key: string, watched: Watched): void {
    this.#documents.set(key, watched);
    for (const keys of [this.#live, this.#made]) {
      const known = keys.get(watched.posting);
      if (known === undefined) keys.set(watched.posting, new Set([key]));
      else known.add(key);
    }
  }
}

function readWatched(document: unknown, entity: string): Watched | null {
  if (document === undefined) return null;
  const { PrivateNote: note, TotalAmt, Amount, MetaData } = document as Readonly<Record<string, unknown>>;
  const posting = typeof note === 'string' ? MARKER.exec(note)?.[1] : undefined;
  if (posting === undefined || /^Voided/.test(note as string)) return null;
  const madeAt = Date.parse((MetaData as { readonly CreateTime: string }).CreateTime);
  return { posting, entity, minor: BigInt(Math.round(Number(TotalAmt ?? Amount ?? 0) * 100)), madeAt };
}
