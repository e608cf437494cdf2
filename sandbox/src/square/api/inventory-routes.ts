import type { SquareContext } from '../context.ts';
import type { InventoryChange } from '../objects/inventory.ts';
import type { Fields } from '../objects/kept.ts';
import { renderChange, renderCount } from '../render.ts';
import { changeInventory, type InventoryInput } from '../verbs/inventory.ts';
import { invalid, missing, notFound } from './errors.ts';
import { isWithin, locationsOf, needLocation } from './finding.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import type { Call, Route } from './route.ts';

const LIMIT = { min: 1, max: 1_000 } as const;
const DEFAULT_LIMIT = 100;
const MAX_CHANGES = 100;
const STATES = [
  'IN_STOCK',
  'SOLD',
  'RETURNED_BY_CUSTOMER',
  'RESERVED_FOR_SALE',
  'SOLD_ONLINE',
  'ORDERED_FROM_VENDOR',
  'RECEIVED_FROM_VENDOR',
  'NONE',
  'WASTE',
  'UNLINKED_RETURN',
] as const;

function readChange(context: SquareContext, change: Input): InventoryInput {
  const type = change.oneOf('type', ['PHYSICAL_COUNT', 'ADJUSTMENT']);
  if (type === undefined) throw missing('changes.type');
  const given = change.needObject(type === 'ADJUSTMENT' ? 'adjustment' : 'physical_count');
  const object = given.needText('catalog_object_id', 100);
  if (context.state.tables.catalog.get(object)?.type !== 'ITEM_VARIATION')
    throw notFound(`There is no item variation with id ${object}.`);
  const quantity = given.needText('quantity', 26);
  if (!/^\d{1,20}(\.\d{1,5})?$/.test(quantity))
    throw invalid('INVALID_VALUE', 'quantity must be a decimal.', 'quantity');
  const toState = given.oneOf(type === 'ADJUSTMENT' ? 'to_state' : 'state', STATES);
  if (toState === undefined) throw missing('state');
  return {
    type,
    object,
    location: needLocation(context, given),
    quantity,
    fromState: type === 'ADJUSTMENT' ? (given.oneOf('from_state', STATES) ?? 'NONE') : null,
    toState,
    occurredAt: given.needText('occurred_at', 34),
    reference: given.text('reference_id', 255) ?? null,
  };
}

function batchChange({ context, input, now }: Call): Fields {
  const changes = input.objects('changes', MAX_CHANGES).map((change) => readChange(context, change));
  const before = context.state.tables.inventoryChanges.size;
  const counts = changes.flatMap((change) => changeInventory(context, now, change));
  const made = context.state.tables.inventoryChanges.all().slice(before);
  return { counts: [...new Set(counts)].map(renderCount), changes: made.map(renderChange) };
}

function batchCounts({ context, input }: Call): Fields {
  const [objects, states] = [input.texts('catalog_object_ids'), input.texts('states')];
  const [locations, after] = [locationsOf(context, input), input.time('updated_after')];
  const { rows, next } = pageOf(context, {
    rows: context.state.counts.filter(
      (count) =>
        (objects === undefined || objects.includes(count.object)) &&
        (locations === undefined || locations.includes(count.location)) &&
        (states === undefined || states.includes(count.state)) &&
        (after === undefined || count.calculatedAt > after),
    ),
    id: (count) => `${count.object} ${count.location} ${count.state}`,
    sortBy: (count) => count.object,
    order: 'ASC',
    limit: input.integer('limit', LIMIT) ?? DEFAULT_LIMIT,
    cursor: input.text('cursor'),
    question: ['counts', objects, states, locations, after],
  });
  return { counts: rows.map(renderCount), ...next };
}

function batchChanges({ context, input }: Call): Fields {
  const [objects, types] = [input.texts('catalog_object_ids'), input.texts('types')];
  const [from, until] = [input.time('updated_after'), input.time('updated_before')];
  const [locations, states] = [locationsOf(context, input), input.texts('states')];
  const keeps = (change: InventoryChange) =>
    (objects === undefined || objects.includes(change.object)) &&
    (types === undefined || types.includes(change.type)) &&
    (states === undefined || states.includes(change.toState)) &&
    (locations === undefined || locations.includes(change.location)) &&
    isWithin(change.created, from, until);
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.inventoryChanges.all().filter(keeps),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'ASC',
    limit: input.integer('limit', LIMIT) ?? DEFAULT_LIMIT,
    cursor: input.text('cursor'),
    question: ['changes', objects, types, from, until, locations, states],
  });
  return { changes: rows.map(renderChange), ...next };
}

/** Stock: counts by state, and the changes that made them. */
export const inventoryRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v2/inventory/changes/batch-create',
    scope: 'INVENTORY_WRITE',
    key: { max: 128, required: true },
    fields: ['changes'],
    answer: batchChange,
  },
  {
    method: 'POST',
    path: '/v2/inventory/counts/batch-retrieve',
    scope: 'INVENTORY_READ',
    fields: ['catalog_object_ids', 'location_ids', 'updated_after', 'cursor', 'states', 'limit'],
    answer: batchCounts,
  },
  {
    method: 'POST',
    path: '/v2/inventory/changes/batch-retrieve',
    scope: 'INVENTORY_READ',
    fields: [
      'catalog_object_ids',
      'location_ids',
      'types',
      'states',
      'updated_after',
      'updated_before',
      'cursor',
      'limit',
    ],
    answer: batchChanges,
  },
  {
    method: 'GET',
    path: '/v2/inventory/{catalog_object_id}',
    scope: 'INVENTORY_READ',
    fields: ['location_ids', 'cursor'],
    answer({ context, input, ids }) {
      const locations = input.text('location_ids')?.split(',');
      const counts = context.state.counts.filter(
        (count) => count.object === ids[0] && (locations === undefined || locations.includes(count.location)),
      );
      return { counts: counts.map(renderCount) };
    },
  },
];
