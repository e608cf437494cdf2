import { add, decimal, format, formatShort, subtract } from '../../core/decimal.ts';
import type { SquareContext } from '../context.ts';
import type { InventoryChange, InventoryCount } from '../objects/inventory.ts';
import { renderCount } from '../render.ts';

export type InventoryInput = Omit<InventoryChange, 'id' | 'created'>;

function countOf(context: SquareContext, object: string, location: string, state: string, at: number): InventoryCount {
  const known = context.state.counts.find(
    (count) => count.object === object && count.location === location && count.state === state,
  );
  if (known) return known;
  const made = { object, location, state, quantity: '0', calculatedAt: at };
  context.state.counts.push(made);
  return made;
}

/** States whose quantity nobody counts: goods come from and go to them. */
const UNCOUNTED = ['NONE', 'SOLD', 'UNLINKED_RETURN'];

/** Records a count or an adjustment and works out the quantities that it leaves. */
export function changeInventory(context: SquareContext, at: number, input: InventoryInput): InventoryCount[] {
  const { state } = context;
  context.touch(at);
  state.tables.inventoryChanges.add({ ...input, id: state.newId('inventoryChanges'), created: at });
  const counts = [input.fromState, input.toState].flatMap((name) =>
    name === null || UNCOUNTED.includes(name) ? [] : [countOf(context, input.object, input.location, name, at)],
  );
  for (const count of counts) {
    count.quantity = quantityAfter(count, input);
    count.calculatedAt = at;
  }
  context.emit('inventory.count.updated', at, {
    type: 'inventory_counts',
    id: state.newUuid('inventory'),
    object: { inventory_counts: counts.map(renderCount) },
  });
  return counts;
}

function quantityAfter(count: InventoryCount, input: InventoryInput): string {
  const quantity = decimal(input.quantity);
  if (input.type === 'PHYSICAL_COUNT') return formatShort(quantity);
  const before = decimal(count.quantity);
  const after = count.state === input.toState ? add(before, quantity) : subtract(before, quantity);
  return after.scale === 0 ? format(after) : formatShort(after);
}
