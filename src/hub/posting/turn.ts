import type { CreateItem, LedgerConnector } from '../../connectors/sdk/index.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Caller, WorkDoors } from '../connections/index.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { Posting } from './posting.ts';

/** One turn of a ledger connection: who calls, under which lease, until when. */
export interface DeliveryTurn {
  readonly doors: WorkDoors;
  readonly store: DeliveryStore;
  readonly caller: Caller;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Set when something was settled. */
  readonly progress: { made: boolean };
}

/** A posting whose document has every id filled in. */
export interface Filled {
  readonly posting: Posting;
  readonly document: CreateItem['document'];
}

export function connectorOf({ doors, caller }: Pick<DeliveryTurn, 'doors' | 'caller'>): LedgerConnector {
  return doors.registry.ledger(caller.connection.provider);
}
