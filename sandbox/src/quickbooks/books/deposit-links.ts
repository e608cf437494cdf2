import { entityKey } from '../store/entity.ts';
import type { Records } from '../store/records.ts';
import { linksOf } from './applications.ts';

/** Which deposit took which transaction out of Undeposited Funds: read from the deposits' own lines. */
export class DepositLinks {
  readonly #byTarget = new Map<string, string>();

  constructor(records: Records) {
    records.onChange((before, after) => {
      const record = (after ?? before)!;
      if (record.entity !== 'Deposit') return;
      for (const link of linksOf(before?.data ?? {})) this.#byTarget.delete(entityKey(link.entity, link.id));
      for (const link of linksOf(after?.data ?? {})) this.#byTarget.set(entityKey(link.entity, link.id), record.id);
    });
  }

  /** The id of the deposit that holds the transaction. */
  depositOf(target: string): string | undefined {
    return this.#byTarget.get(target);
  }
}
