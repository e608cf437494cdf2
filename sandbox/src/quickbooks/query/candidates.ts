import type { Calendar } from '../basics/calendar.ts';
import type { StoredEntity } from '../store/entity.ts';
import type { EntityIndex } from '../store/entity-index.ts';
import type { Statement } from './statement.ts';

interface Window {
  from?: string;
  to?: string;
}

/** The objects a statement can mean, through the narrowest index its conditions allow, before the conditions run. */
export function candidates(index: EntityIndex, statement: Statement, calendar: Calendar): Iterable<StoredEntity> {
  const single = equalTo(statement, 'Id');
  if (single !== undefined) return [index.get(single)].filter((record) => record !== undefined);
  const number = equalTo(statement, 'DocNumber');
  if (number !== undefined) return index.numbered(number);
  const dates = windowOf(statement, 'TxnDate');
  if (dates !== undefined) return index.datedBetween(dates.from, dates.to);
  const times = windowOf(statement, 'MetaData.LastUpdatedTime');
  if (times === undefined) return index.all();
  return index.updatedBetween(instantOf(times.from, calendar), instantOf(times.to, calendar));
}

function equalTo(statement: Statement, field: string): string | undefined {
  return statement.where.find((condition) => isOn(condition.field, field) && condition.operator === '=')?.values[0];
}

/** The window, ends included, that the conditions on a property leave. */
function windowOf(statement: Statement, field: string): Window | undefined {
  const window: Window = {};
  for (const condition of statement.where) {
    const [value] = condition.values;
    if (!isOn(condition.field, field) || value === undefined) continue;
    if (['=', '>', '>='].includes(condition.operator)) window.from = value;
    if (['=', '<', '<='].includes(condition.operator)) window.to = value;
  }
  return window.from === undefined && window.to === undefined ? undefined : window;
}

function isOn(name: string, field: string): boolean {
  return name.toLowerCase() === field.toLowerCase();
}

function instantOf(text: string | undefined, calendar: Calendar): number | undefined {
  return text === undefined ? undefined : calendar.instant(text);
}
