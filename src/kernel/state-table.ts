/**
 * What an event does in a state: the state that it leads to (its own: the row changes, its state does not), `stays`
 * (it may happen, and changes nothing), or `refuse` (it must not happen, and changes nothing).
 */
export type Cell<State extends string> = State | 'stays' | 'refuse';

/** `absent` is the row of what is not there yet. */
type Stored<State extends string> = Exclude<State, 'absent'>;

/** States × events: a missing cell does not compile. */
export type StateTable<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Record<Event, Cell<Stored<State>>>>>
>;

/** The state after an event that is applied; null when nothing changes. */
export function stateAfter<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  state: NoInfer<State>,
  event: NoInfer<Event>,
): Stored<State> | null {
  const cell: Cell<Stored<State>> = table[state][event];
  return isState(cell) ? cell : null;
}

function isState<State extends string>(cell: Cell<State>): cell is State {
  return cell !== 'stays' && cell !== 'refuse';
}

/** States of stored rows in which an event is applied, for the condition of the statement that applies it. */
export function statesBefore<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  event: NoInfer<Event>,
): Stored<State>[] {
  const stored = (Object.keys(table) as State[]).filter((state): state is Stored<State> => state !== 'absent');
  return stored.filter((state) => stateAfter(table, state, event) !== null);
}

export function eventsOf<State extends string, Event extends string>(table: StateTable<State, Event>): Event[] {
  const [first] = Object.values<StateTable<State, Event>[State]>(table);
  return Object.keys(first ?? {}) as Event[];
}

/** Every state that some row of events leads to, and `from` itself. */
export function reachableFrom<State extends string, Event extends string>(
  table: StateTable<State, Event>,
  from: NoInfer<State>,
): ReadonlySet<State> {
  const reached = new Set<State>([from]);
  for (const state of reached)
    for (const event of eventsOf(table)) {
      const next = stateAfter(table, state, event);
      if (next !== null) reached.add(next);
    }
  return reached;
}
