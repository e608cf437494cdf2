import { type Database, sql } from '../../platform/store/index.ts';
import { gather } from './gather.ts';

/** For statements that tell the version beside what they find, of one moment. */
export const VERSION = sql`(select version from access_version)`;

/** How often what anybody may do has changed. One statement for all who ask at a time. */
export function accessVersion(database: Database): () => Promise<bigint> {
  return gather(async () => {
    const [row] = await database.accessStatement(
      sql<{ version: bigint }>`select version from access_version order by version`,
    );
    return row!.version;
  });
}
