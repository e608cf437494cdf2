import type { SquareContext } from '../context.ts';
import type { Fields } from '../objects/kept.ts';
import { iso, renderCatalog } from '../render.ts';
import type { CatalogRow } from '../state.ts';
import { type CatalogInput, deleteCatalog, upsertCatalog } from '../verbs/catalog.ts';
import { invalid, missing, notFound, versionMismatch } from './errors.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import type { Call, Route } from './route.ts';

const TYPES = [
  'ITEM',
  'ITEM_VARIATION',
  'CATEGORY',
  'TAX',
  'DISCOUNT',
  'MODIFIER_LIST',
  'MODIFIER',
  'IMAGE',
  'MEASUREMENT_UNIT',
] as const;
/** Types that stand inside of others are left out unless they are named. */
const NESTED: readonly string[] = ['ITEM_VARIATION', 'MODIFIER'];
const LIST_SIZE = 100;
const SEARCH = { min: 1, max: 1_000 } as const;
const MAX_PER_BATCH = 1_000;
const MAX_PER_REQUEST = 10_000;
const MAX_IDS = 1_000;

/** An item shows its variations inside of itself. */
function renderWhole(context: SquareContext, row: CatalogRow): Fields {
  const shown = renderCatalog(row);
  if (row.type !== 'ITEM') return shown;
  const variations = context.state.tables.catalog
    .all()
    .filter(
      (other) =>
        other.type === 'ITEM_VARIATION' &&
        (row.deleted || !other.deleted) &&
        (other.show.item_variation_data as { item_id?: string }).item_id === row.id,
    )
    .map(renderCatalog);
  return { ...shown, item_data: { ...(shown.item_data as Fields), variations } };
}

/** The objects of one, taken apart: variations become rows that name their item. */
function readObject(context: SquareContext, input: Input): CatalogInput[] {
  const type = input.oneOf('type', TYPES);
  if (type === undefined) throw missing('object.type');
  const clientId = input.needText('id');
  const known = context.state.tables.catalog.get(clientId);
  if (!clientId.startsWith('#') && (!known || known.deleted))
    throw notFound(`Catalog object with ID \`${clientId}\` not found.`);
  const version = input.integer('version', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (known && version !== known.version) throw versionMismatch('object.version');
  const field = `${type.toLowerCase()}_data`;
  const data = input.needObject(field);
  const variations = type === 'ITEM' ? data.objects('variations', 250) : [];
  const own = data.pick(data.names().filter((name) => type !== 'ITEM' || name !== 'variations'));
  const fields = { ...input.pick(['present_at_all_locations', 'present_at_location_ids']), [field]: own };
  const nested = variations.flatMap((variation) => readObject(context, variation));
  return [
    { clientId, type, fields },
    ...nested.map((one) => ({
      ...one,
      fields: {
        ...one.fields,
        item_variation_data: { ...(one.fields.item_variation_data as Fields), item_id: clientId },
      },
    })),
  ];
}

function mappings(ids: ReadonlyMap<string, string>): Fields {
  const list = [...ids].map(([client, object]) => ({ client_object_id: client, object_id: object }));
  return list.length === 0 ? {} : { id_mappings: list };
}

function upsert({ context, input, now }: Call): Fields {
  const { rows, ids } = upsertCatalog(context, now, readObject(context, input.needObject('object')));
  return { catalog_object: renderWhole(context, rows[0]!), ...mappings(ids) };
}

/** All of a batch or nothing of it; here all batches of a request stand and fall together. */
function batchUpsert({ context, input, now }: Call): Fields {
  const batches = input.objects('batches').map((batch) => batch.objects('objects', MAX_PER_BATCH));
  const objects = batches.flat();
  if (objects.length > MAX_PER_REQUEST)
    throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${MAX_PER_REQUEST} objects.`, 'batches');
  const inputs = objects.flatMap((object) => readObject(context, object));
  const { rows, ids } = upsertCatalog(context, now, inputs);
  const shown = rows.filter(({ type }) => !NESTED.includes(type)).map((row) => renderWhole(context, row));
  return { objects: shown, updated_at: iso(rows[0]?.updated ?? now), ...mappings(ids) };
}

function list({ context, input }: Call): Fields {
  const types = input.text('types')?.toUpperCase().split(',');
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.catalog
      .all()
      .filter((row) => !row.deleted && (types === undefined ? !NESTED.includes(row.type) : types.includes(row.type))),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'ASC',
    limit: LIST_SIZE,
    cursor: input.text('cursor'),
    question: ['catalog', types],
  });
  return { ...(rows.length > 0 ? { objects: rows.map((row) => renderWhole(context, row)) } : {}), ...next };
}

/** The name, or the sku, or any other text of the object's own data. */
function attribute(row: CatalogRow, name: string): string {
  const data = row.show[`${row.type.toLowerCase()}_data`] as Fields | undefined;
  return String(data?.[name] ?? '').toLowerCase();
}

function textQuery(input: Input): (row: CatalogRow) => boolean {
  const query = input.object('query');
  const exact = query.object('exact_query');
  const words = query
    .object('text_query')
    .texts('keywords')
    ?.map((word) => word.toLowerCase());
  const [name, value] = [exact.text('attribute_name'), exact.text('attribute_value')?.toLowerCase()];
  return (row) =>
    (name === undefined || attribute(row, name) === value) &&
    (words === undefined || words.every((word) => attribute(row, 'name').includes(word)));
}

/** After `begin_time`, not at it; `latest_time` is where the next search begins. */
function search({ context, input }: Call): Fields {
  const types = input.texts('object_types');
  const [begin, isDeletedToo] = [input.time('begin_time'), input.flag('include_deleted_objects')];
  const matches = textQuery(input);
  const all = context.state.tables.catalog.all();
  const { rows, next } = pageOf(context, {
    rows: all.filter(
      (row) =>
        (types === undefined ? !NESTED.includes(row.type) : types.includes(row.type)) &&
        (isDeletedToo || !row.deleted) &&
        (begin === undefined || row.updated > begin) &&
        matches(row),
    ),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'ASC',
    limit: input.integer('limit', SEARCH) ?? LIST_SIZE,
    cursor: input.text('cursor'),
    question: ['catalog search', types, begin, isDeletedToo, input.raw('query')],
  });
  const latest = iso(Math.max(0, ...all.map(({ updated }) => updated)));
  return {
    ...(rows.length > 0 ? { objects: rows.map((row) => renderWhole(context, row)) } : {}),
    ...next,
    latest_time: latest,
  };
}

function findObject(context: SquareContext, id: string | undefined): CatalogRow {
  const row = context.state.tables.catalog.get(id ?? '');
  if (!row || row.deleted) throw notFound(`Catalog object with ID \`${id}\` not found.`);
  return row;
}

function batchRetrieve({ context, input }: Call): Fields {
  const ids = input.texts('object_ids') ?? [];
  if (ids.length > MAX_IDS) throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${MAX_IDS} ids.`, 'object_ids');
  const isDeletedToo = input.flag('include_deleted_objects');
  const rows = ids.flatMap((id) => context.state.tables.catalog.get(id) ?? []);
  return { objects: rows.filter((row) => isDeletedToo || !row.deleted).map((row) => renderWhole(context, row)) };
}

function deleteAll({ context, now }: Call, ids: readonly string[]): Fields {
  return { deleted_object_ids: deleteCatalog(context, now, ids), deleted_at: iso(now) };
}

/** The catalogue: items with their variations, taxes, discounts, categories. */
export const catalogRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v2/catalog/object',
    scope: 'ITEMS_WRITE',
    key: { max: 128, required: true },
    fields: ['object'],
    answer: upsert,
  },
  {
    method: 'POST',
    path: '/v2/catalog/batch-upsert',
    scope: 'ITEMS_WRITE',
    key: { max: 128, required: true },
    fields: ['batches'],
    answer: batchUpsert,
  },
  {
    method: 'POST',
    path: '/v2/catalog/batch-retrieve',
    scope: 'ITEMS_READ',
    fields: ['object_ids', 'include_deleted_objects'],
    answer: batchRetrieve,
  },
  {
    method: 'POST',
    path: '/v2/catalog/batch-delete',
    scope: 'ITEMS_WRITE',
    fields: ['object_ids'],
    answer: (call) => deleteAll(call, call.input.texts('object_ids') ?? []),
  },
  { method: 'GET', path: '/v2/catalog/list', scope: 'ITEMS_READ', fields: ['cursor', 'types'], answer: list },
  {
    method: 'POST',
    path: '/v2/catalog/search',
    scope: 'ITEMS_READ',
    fields: ['cursor', 'object_types', 'include_deleted_objects', 'begin_time', 'query', 'limit'],
    answer: search,
  },
  {
    method: 'GET',
    path: '/v2/catalog/object/{object_id}',
    scope: 'ITEMS_READ',
    fields: [],
    answer: ({ context, ids }) => ({ object: renderWhole(context, findObject(context, ids[0])) }),
  },
  {
    method: 'DELETE',
    path: '/v2/catalog/object/{object_id}',
    scope: 'ITEMS_WRITE',
    fields: [],
    answer: (call) => deleteAll(call, [findObject(call.context, call.ids[0]).id]),
  },
];
