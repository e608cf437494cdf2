import { command } from '../spec.ts';
import { counted } from '../table.ts';

export const migrateUpCommand = command({
  name: 'migrate up',
  summary: 'Bring the database up to this release',
  description:
    'Applies what is missing, one migration in one transaction each. The server does the same when it starts.',
  examples: [['counterfoil migrate up', 'before the new release starts']],
  options: {},
  run: async (call) => {
    const applied = await call.doors.migrations.up(await call.existingConfig());
    const list = `Applied ${counted(applied.length, 'migration')}: ${applied.join(', ')}`;
    return { exit: 'ok', data: { applied }, text: applied.length === 0 ? 'Nothing to apply.' : list };
  },
});
