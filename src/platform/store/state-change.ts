import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../kernel/assert.ts';
import { type StateTable, stateAfter, statesBefore } from '../../kernel/state-table.ts';

/**
 * Condition that an event is applied in the row's present state. The states are written out, so that a partial index
 * over one of them fits. `column` is that of the state, of the stored row in an upsert.
 */
export function isApplied<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  event: NoInfer<Event>,
  column = 'state',
): RawBuilder<boolean> {
  const states = statesBefore(table, event);
  assert(states.length > 0, `${event} is applied in no stored state`);
  return sql`${sql.ref(column)} in (${sql.join(states.map((state) => sql.lit(state)))})`;
}

/** The state after an event as an expression over the row's present one, for rows that fit `isApplied`. */
export function nextState<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  event: NoInfer<Event>,
  column = 'state',
): RawBuilder<string> {
  const cases = statesBefore(table, event).map(
    (state) => sql`when ${sql.lit(state)} then ${sql.lit(stateAfter(table, state, event))}`,
  );
  assert(cases.length > 0, `${event} is applied in no stored state`);
  return sql`case ${sql.ref(column)} ${sql.join(cases, sql` `)} end`;
}
