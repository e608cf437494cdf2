import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { unsupportedOperation } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { answered } from '../entities/answer.ts';
import type { EntityName } from '../store/entity.ts';
import { createObject, deleteObject, updateObject, voidObject, type WriteOptions } from '../writes/write.ts';

/** Entities that `operation=update&include=void` voids. */
const VOIDED_BY_INCLUDE: readonly EntityName[] = ['Payment', 'SalesReceipt', 'BillPayment'];

/** Runs one write and gives the object to answer. */
export function runOperation(
  company: Company,
  entity: EntityName,
  parts: { operation: string | undefined; include: readonly string[]; body: JsonObject },
): JsonObject {
  const { body, include } = parts;
  const options: WriteOptions = { writer: 'app', allowDuplicate: include.includes('allowduplicatedocnum') };
  const isNew = entity !== 'Preferences' && entity !== 'CompanyInfo' && textAt(body, 'Id') === undefined;
  const operation = parts.operation ?? (isNew ? 'create' : 'update');
  switch (operation) {
    case 'create':
      return answered(company, createObject(company, entity, body, options));
    case 'update':
      if (include.includes('void') && VOIDED_BY_INCLUDE.includes(entity)) {
        return answered(company, voidObject(company, entity, body, options));
      }
      return answered(company, updateObject(company, entity, body, options));
    case 'void':
      return answered(company, voidObject(company, entity, body, options));
    case 'delete': {
      const record = deleteObject(company, entity, body, options);
      return { status: 'Deleted', domain: 'QBO', Id: record.id };
    }
    default:
      throw unsupportedOperation(`${operation} on ${entity}`);
  }
}
