import type { JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import type { StoredEntity } from '../store/entity.ts';
import { listKind } from './kinds.ts';

/** An object as it is answered: what is stored, with balances worked out now. */
export function answered(company: Company, record: StoredEntity): JsonObject {
  const derived = listKind(record.entity)?.derived?.(company, record);
  return derived === undefined ? record.data : { ...record.data, ...derived };
}
