import type { JsonObject } from '../../core/exact/json.ts';
import type { Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import type { StoredEntity, TransactionName } from '../store/entity.ts';

/** A checked draft of a transaction, with what it replaces. */
export interface Draft {
  readonly data: JsonObject;
  readonly id: string;
  readonly date: string;
  readonly previous: StoredEntity | undefined;
}

/** What becomes of a draft: the object to store, and its lines in the books (home minor units). */
interface Built {
  readonly data: JsonObject;
  readonly lines: readonly EntryLine[];
}

/** How one kind of transaction is written. */
export interface TransactionKind {
  readonly entity: TransactionName;
  readonly shape: Shape;
  readonly required: readonly string[];
  /** Whether the API voids it; a person always can. */
  readonly voidable: boolean;
  /** `sales`: QuickBooks numbers it when custom numbers are off. `own`: keeps what is sent. `none`: has no number. */
  readonly numbering: 'sales' | 'own' | 'none';
  /** Validates and computes; the fault says what is wrong. Reads the company, writes nothing but system accounts. */
  build(company: Company, draft: Draft): Built;
}
