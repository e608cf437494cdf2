import type { SquareContext } from '../context.ts';
import { changed, type Fields, fresh } from '../objects/kept.ts';
import { iso } from '../render.ts';
import type { CatalogRow } from '../state.ts';

/** One object as it is to be kept, with the id that the client gave it. */
export interface CatalogInput {
  readonly clientId: string;
  readonly type: string;
  /** Everything else that was sent: `item_data` and the like. */
  readonly fields: Fields;
}

/** Writes objects; ids that begin with `#` are the client's and get real ones, also where others refer to them. */
export function upsertCatalog(
  context: SquareContext,
  at: number,
  inputs: readonly CatalogInput[],
): { readonly rows: CatalogRow[]; readonly ids: ReadonlyMap<string, string> } {
  const ids = new Map(
    inputs
      .filter(({ clientId }) => clientId.startsWith('#'))
      .map(({ clientId }) => [clientId, context.state.newId('catalog')]),
  );
  const version = nextVersion(context, at);
  const rows = inputs.map((input) => {
    const show = withIds(input.fields, ids) as Fields;
    const id = ids.get(input.clientId) ?? input.clientId;
    return keep(context, { ...input, clientId: id, fields: show }, version);
  });
  announceCatalog(context, at, version);
  return { rows, ids };
}

/** The version of the catalogue is a moment that only grows. */
function nextVersion(context: SquareContext, at: number): number {
  const latest = Math.max(0, ...context.state.tables.catalog.all().map(({ updated }) => updated));
  return Math.max(at, latest + 1);
}

function keep(context: SquareContext, input: CatalogInput, version: number): CatalogRow {
  const known = context.state.tables.catalog.get(input.clientId);
  if (!known) {
    return context.state.tables.catalog.add({
      ...fresh(input.clientId, version),
      version,
      type: input.type,
      deleted: false,
      show: input.fields,
    });
  }
  changed(known, version);
  known.version = version;
  known.show = input.fields;
  return known;
}

function withIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return ids.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withIds(item, ids)]));
}

/** Nothing says what changed: whoever hears it searches. */
function announceCatalog(context: SquareContext, at: number, version: number): void {
  context.emit('catalog.version.updated', at, {
    type: 'catalog',
    id: '',
    object: { catalog_version: { updated_at: iso(version) } },
  });
}

/** Deletes an object with what hangs on it; it stays visible to those who ask for deleted ones. */
export function deleteCatalog(context: SquareContext, at: number, ids: readonly string[]): string[] {
  const rows = context.state.tables.catalog.all().filter((row) => {
    const parent = (row.show.item_variation_data as { item_id?: string } | undefined)?.item_id;
    return !row.deleted && (ids.includes(row.id) || ids.includes(parent ?? ''));
  });
  if (rows.length === 0) return [];
  const version = nextVersion(context, at);
  for (const row of rows) {
    row.deleted = true;
    changed(row, version);
    row.version = version;
  }
  announceCatalog(context, at, version);
  return rows.map(({ id }) => id);
}
