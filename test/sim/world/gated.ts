import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { OpenedStores } from '../backend.ts';
import type { Gate, Life } from '../core/gate.ts';

/** What happens to one call of a store. */
export type StoreFate = 'works' | 'fails_before' | 'fails_after';

export interface GatedDoors {
  readonly gate: () => Gate;
  fate(process: Life, operation: string): StoreFate;
}

/** Every verb of every store parks at the gate, and may fail before or after its work as a database does. */
export function gatedStores(doors: GatedDoors, process: Life, opened: OpenedStores): OpenedStores {
  const wrap = <T extends object>(name: string, store: T): T => gated(doors, process, name, store);
  const { stores } = opened;
  return {
    stores: {
      sync: wrap('sync', stores.sync),
      outbox: wrap('outbox', stores.outbox),
      deliveries: wrap('deliveries', stores.deliveries),
      reconcile: wrap('reconcile', stores.reconcile),
    },
    inbox: wrap('inbox', opened.inbox),
    work: wrap('work', opened.work),
    grants: wrap('grants', opened.grants),
    connections: wrap('connections', opened.connections),
    mapping: wrap('mapping', opened.mapping),
  };
}

/** The same for a single store. */
export function gatedStore<T extends object>(doors: GatedDoors, process: Life, name: string, store: T): T {
  return gated(doors, process, name, store);
}

type Verb = (...input: readonly unknown[]) => Promise<unknown>;

function gated<T extends object>(doors: GatedDoors, process: Life, name: string, store: T): T {
  const verbs = Object.entries(store).map(([verb, run]) => {
    const operation = `${name}.${verb}`;
    const passing: Verb = (...input) =>
      doors.gate().call(process, operation, () => withFate(doors.fate(process, operation), run as Verb, input), input);
    return [verb, passing] as const;
  });
  return Object.fromEntries(verbs) as T;
}

/** The work was committed, and the connection ended before anybody learned of it. */
export class AnswerLost extends CounterfoilError {
  readonly result: unknown;

  constructor(result: unknown) {
    super('store.unavailable', { detail: 'The database cannot be used: the connection ended.' });
    this.result = result;
  }
}

async function withFate(fate: StoreFate, run: Verb, input: readonly unknown[]): Promise<unknown> {
  if (fate === 'fails_before')
    throw new CounterfoilError('store.unavailable', { detail: 'The database cannot be used: it is away.' });
  const result = await run(...input);
  if (fate === 'fails_after') throw new AnswerLost(result);
  return result;
}
