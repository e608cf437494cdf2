import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badElement, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { answered } from '../entities/answer.ts';
import { type EntityName, entityNamed, isTransaction } from '../store/entity.ts';

/** How far back it looks, and how many objects one answer holds. Source: Intuit, Change data capture. */
const LOOK_BACK_MS = 30 * 86_400_000;
const MAX_OBJECTS = 1000;

interface ChangedRow {
  readonly at: number;
  readonly data: JsonObject;
}

/**
 * The value of `CDCResponse`: for each listed entity what changed since an instant, deleted transactions as stubs. The
 * newest changes come first, and the cut at 1,000 objects in all falls without a sign.
 */
export function changedSince(company: Company, query: { entities?: string; changedSince?: string }): JsonObject[] {
  if (query.entities === undefined || query.entities === '') throw missing('entities');
  if (query.changedSince === undefined) throw missing('changedSince');
  const since = company.calendar.instant(query.changedSince);
  if (since === undefined) throw badElement('changedSince', 'is not a date or an instant');
  if (since < company.doors.now() - LOOK_BACK_MS) throw badElement('changedSince', 'lies more than 30 days back');
  let room = MAX_OBJECTS;
  const blocks = query.entities.split(',').map((name) => {
    const entity = entityNamed(name.trim());
    if (entity === undefined) throw badElement('entities', `${name} is not known`);
    const rows = changedRows(company, entity, since).slice(0, room);
    room -= rows.length;
    return block(entity, rows);
  });
  return [{ QueryResponse: blocks }];
}

function block(entity: EntityName, rows: readonly ChangedRow[]): JsonObject {
  if (rows.length === 0) return {};
  return {
    [entity]: rows.map((row) => row.data),
    startPosition: Decimal.of(1),
    maxResults: Decimal.of(rows.length),
  };
}

function changedRows(company: Company, entity: EntityName, since: number): ChangedRow[] {
  const rows: ChangedRow[] = company.records
    .of(entity)
    .updatedBetween(wholeSecond(since), undefined)
    .map((record) => ({ at: record.updatedAt, data: answered(company, record) }));
  if (isTransaction(entity)) rows.push(...deletedRows(company, entity, wholeSecond(since)));
  return rows.sort((left, right) => right.at - left.at);
}

function deletedRows(company: Company, entity: EntityName, since: number): ChangedRow[] {
  return Array.from(company.records.tombstones.entries(), ([, tombstone]) => tombstone)
    .filter((tombstone) => tombstone.entity === entity && tombstone.deletedAt >= since)
    .map(({ id, deletedAt }) => ({
      at: deletedAt,
      data: {
        domain: 'QBO',
        status: 'Deleted',
        Id: id,
        MetaData: { LastUpdatedTime: company.calendar.stamp(deletedAt) },
      },
    }));
}

/** Changes are stamped with whole seconds: one made within the asked second counts as after it. */
function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
