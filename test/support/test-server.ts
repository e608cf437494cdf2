import pg from 'pg';
import type { OwnerAddress, RoleName } from '../../src/platform/store/index.ts';

/** The server of the test run, as its owner. */
export type TestServer = OwnerAddress;

export const TEMPLATE = 'template_migrated';

/** Roles belong to the server, so every database of the run shares them. */
export const TEST_PASSWORDS: Readonly<Record<RoleName, string>> = {
  app: 'app-test',
  inbox: 'inbox-test',
  engine: 'engine-test',
  access: 'access-test',
};

/** Runs statements outside of a transaction, as the owner. */
export async function asAdmin(server: TestServer, database: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database,
  });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
