import { isoInstant } from '../../../kernel/clock.ts';
import { command } from '../spec.ts';
import { table } from '../table.ts';

export const migrateStatusCommand = command({
  name: 'migrate status',
  summary: 'List the migrations and which are applied',
  description: 'Lists what this release expects of the database schema. Ends with 1 when something is not applied yet.',
  examples: [['counterfoil migrate status', 'before an update']],
  options: {},
  run: async (call) => {
    const migrations = await call.doors.migrations.status(await call.existingConfig());
    const pending = migrations.filter(({ appliedAt }) => appliedAt === null);
    const rows = migrations.map(({ name, appliedAt }) => ({
      name,
      appliedAt: appliedAt === null ? null : isoInstant(appliedAt),
    }));
    return {
      exit: pending.length === 0 ? 'ok' : 'failed',
      data: { current: pending.length === 0, migrations: rows },
      text: table(rows, [
        { title: 'migration', cell: (row) => row.name },
        { title: 'applied', cell: (row) => row.appliedAt ?? 'not yet' },
      ]),
    };
  },
});
