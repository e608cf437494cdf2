import type { Row } from '../../core/table.ts';

/** A physical count or an adjustment, as it was recorded. */
export interface InventoryChange extends Row {
  readonly type: 'PHYSICAL_COUNT' | 'ADJUSTMENT';
  readonly object: string;
  readonly location: string;
  /** Decimal text. */
  readonly quantity: string;
  readonly fromState: string | null;
  readonly toState: string;
  readonly occurredAt: string;
  readonly reference: string | null;
}

export interface InventoryCount {
  readonly object: string;
  readonly location: string;
  readonly state: string;
  quantity: string;
  calculatedAt: number;
}
