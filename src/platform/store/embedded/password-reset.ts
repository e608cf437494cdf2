import type { RunAs } from './run-as.ts';
import { runCommand } from './run-command.ts';
import { startFailure } from './start-failure.ts';

export interface PasswordReset {
  readonly dataDir: string;
  readonly cluster: string;
  readonly postgres: string;
  readonly runAs: RunAs;
  readonly user: string;
  readonly password: string;
}

/**
 * Sets the password of a cluster whose connection file is lost. PostgreSQL's single-user mode asks for none: whoever
 * may read the files may do this. No server runs on the cluster meanwhile.
 */
export async function resetPassword({
  dataDir,
  cluster,
  postgres,
  runAs,
  user,
  password,
}: PasswordReset): Promise<void> {
  const args = ['--single', '-D', cluster, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', 'postgres'];
  const statement = `alter role "${user}" with login password '${password.replaceAll("'", "''")}';\n`;
  const { code, output } = await runCommand(runAs, postgres, args, statement);
  if (code === 0) return;
  throw await startFailure({ dataDir, what: 'The database password could not be set anew', tail: output });
}
