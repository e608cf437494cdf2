import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runQuietly } from '../support/run-quietly.ts';
import type { Stage } from '../support/stage.ts';

/** Where Debian's packages put it, one folder for each major version. */
const DEBIAN = '/usr/lib/postgresql';
const THREADS = 2;

/** The program, from the PATH or from a package of Debian; null when the machine has none. */
export async function findPgbench(): Promise<string | null> {
  const versions = existsSync(DEBIAN) ? await readdir(DEBIAN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...newestFirst];
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path)) ?? null;
}

export interface PgbenchRun {
  readonly program: string;
  readonly endpointId: string;
  /** Bytes of the body of each delivery. */
  readonly body: string;
  readonly clients: number;
  readonly seconds: number;
}

/** One insert of a delivery and its commit for each transaction, each client one after the other; per second. */
export async function pgbench(
  stage: Stage,
  { program, endpointId, body, clients, seconds }: PgbenchRun,
): Promise<number> {
  const script = join(stage.folder, 'insert.sql');
  const text = body.replaceAll("'", "''").replaceAll(':', '\\072');
  // Written as pgbench wants it: a colon would begin a variable, so the body holds it in its octal form.
  await writeFile(
    script,
    [
      '\\set n random(1, 9000000000000000000)',
      `insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at)`,
      `values ('dlv_' || :n, null, '${endpointId}', 'stripe', 'evt_' || :n, '{}', '${text}', now())`,
      'on conflict (endpoint_id, dedupe_key) do update set duplicates = deliveries.duplicates + 1 returning id, (xmax = 0) as inserted;',
    ]
      .join('\n')
      .replace(/\n(?=values|on)/g, ' '),
  );
  const { owner } = stage;
  const args = [
    '-n',
    '-M',
    'prepared',
    '-f',
    script,
    '-c',
    String(clients),
    '-j',
    String(THREADS),
    '-T',
    String(seconds),
  ];
  const ran = await runQuietly(program, [...args, '-h', owner.host, '-U', owner.user, owner.database], {
    timeout_ms: (seconds + 30) * 1_000,
    environment: { PGPASSWORD: owner.password },
  });
  const rate = /tps = ([\d.]+)/.exec(ran.stdout)?.[1];
  if (rate === undefined) throw new Error(`pgbench failed: ${ran.stderr.slice(-500)}`);
  return Number(rate);
}
