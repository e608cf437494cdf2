import pg from 'pg';

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const JSON_OID = 114;
const JSONB = 3802;

/**
 * How column types arrive: `bigint` as BigInt, dates and JSON as their text (a Date object would move a calendar day
 * across time zones, a parsed number would lose digits), instants as milliseconds since 1970.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === INT8) return (text: string) => BigInt(text);
    if (oid === TIMESTAMPTZ) return (text: string) => Date.parse(text);
    if (oid === DATE || oid === JSON_OID || oid === JSONB) return (text: string) => text;
    return pg.types.getTypeParser(oid, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** An instant (ms) as a parameter for a timestamptz column. */
export function at(instant: number): string {
  return new Date(instant).toISOString();
}

export function atOrNull(instant: number | null): string | null {
  return instant === null ? null : at(instant);
}
