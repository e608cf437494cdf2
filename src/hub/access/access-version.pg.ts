import { type Database, sql } from '../../platform/store/index.ts';

/** For statements that tell the version beside what they find, of one moment. */
export const VERSION = sql`(select version from access_version)`;

export function readAccessVersion(database: Database): () => Promise<bigint> {
  return async () => {
    const [row] = await database.accessStatement(
      sql<{ version: bigint }>`select version from access_version order by version`,
    );
    return row!.version;
  };
}
