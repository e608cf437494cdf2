import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonDraft, JsonObject } from '../../core/exact/json.ts';
import { queryValidationError } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { answered } from '../entities/answer.ts';
import { listKind, transactionKind } from '../entities/kinds.ts';
import { type EntityName, entityNamed, isList, isTransaction, type StoredEntity } from '../store/entity.ts';
import { candidates } from './candidates.ts';
import { filterable } from './fields.ts';
import { compare, heldValue, matcher, memberAt } from './match.ts';
import { parseStatement } from './parse.ts';
import type { Statement } from './statement.ts';

interface Row {
  readonly record: StoredEntity;
  readonly data: JsonObject;
}

/** Runs a statement and gives the value of `QueryResponse`; with no rows it is empty. */
export function runQuery(company: Company, text: string): JsonObject {
  const statement = parseStatement(text);
  const entity = entityNamed(statement.entity);
  if (entity === undefined) throw queryValidationError(`${statement.entity} is no entity that can be queried`);
  refuseUnknown(entity, statement.select);
  const rows = matchingRows(company, entity, statement);
  if (statement.select === 'count') return { totalCount: Decimal.of(rows.length) };
  const page = sorted(company, entity, statement, rows).slice(
    statement.startPosition - 1,
    statement.startPosition - 1 + statement.maxResults,
  );
  if (page.length === 0) return {};
  return {
    [entity]: page.map((row) => selected(row.data, statement.select)),
    startPosition: Decimal.of(statement.startPosition),
    maxResults: Decimal.of(page.length),
    totalCount: Decimal.of(rows.length),
  };
}

function matchingRows(company: Company, entity: EntityName, statement: Statement): Row[] {
  const matchers = statement.where.map((condition) => matcher(entity, condition, company.calendar));
  const asksActive = statement.where.some((condition) => condition.field.toLowerCase() === 'active');
  const rows: Row[] = [];
  for (const record of candidates(company.records.of(entity), statement, company.calendar)) {
    if (isList(entity) && !asksActive && record.data.Active === false) continue;
    const data = answered(company, record);
    if (matchers.every((matches) => matches(data))) rows.push({ record, data });
  }
  return rows;
}

/** Rows in the asked order; without one, and between equals, in the order of creation. */
function sorted(company: Company, entity: EntityName, statement: Statement, rows: Row[]): Row[] {
  const keys = statement.orderBy.map(({ field, descending }) => {
    const known = filterable(entity, field);
    if (known === undefined || known.name === 'Id') throw queryValidationError(`property ${field} cannot be sorted by`);
    return { ...known, sign: descending ? -1 : 1 };
  });
  const decorated = rows.map((row) => ({
    row,
    values: keys.map((key) => heldValue(memberAt(row.data, key.name), key.type, company.calendar)),
  }));
  decorated.sort((left, right) => {
    for (const [at, key] of keys.entries()) {
      const [a, b] = [left.values[at], right.values[at]];
      const order =
        a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : compare(a, b);
      if (order !== 0) return key.sign * order;
    }
    return left.row.record.order - right.row.record.order;
  });
  return decorated.map(({ row }) => row);
}

/** The asked members of a row. */
function selected(data: JsonObject, select: Statement['select']): JsonObject {
  if (typeof select === 'string') return data;
  const chosen: JsonDraft = { domain: 'QBO', sparse: true };
  for (const path of select) {
    const name = topMember(path);
    const held = Object.keys(data).find((member) => member.toLowerCase() === name);
    if (held !== undefined) chosen[held] = data[held];
  }
  return chosen;
}

function refuseUnknown(entity: EntityName, select: Statement['select']): void {
  if (typeof select === 'string') return;
  const shape = isTransaction(entity) ? transactionKind(entity).shape : listKind(entity)?.shape;
  const known = shape === undefined ? undefined : new Set(Object.keys(shape).map((name) => name.toLowerCase()));
  for (const path of select) {
    if (known?.has(topMember(path)) === false) {
      throw queryValidationError(`property ${path} of ${entity} is not known`);
    }
  }
}

function topMember(path: string): string {
  return (path.split('.')[0] ?? '').toLowerCase();
}
