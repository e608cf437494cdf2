import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface SandboxAccess {
  readonly url: string;
  readonly stripe: { readonly baseUrl: string; readonly apiKey: string; readonly accountId: string };
  readonly btcpay: { readonly baseUrl: string; readonly apiKey: string; readonly storeIds: readonly string[] };
  readonly quickbooks: { readonly baseUrl: string; readonly realmId: string; readonly accessToken: string };
}

export interface SandboxProcess {
  readonly access: SandboxAccess;
  stop(): Promise<void>;
}

export interface SandboxStart {
  /** Everything it makes up and is told is kept here. */
  readonly stateDir: string;
  readonly seed: number;
  /** As the sandbox's `--faults`; empty for none. */
  readonly faults: string;
  readonly realLimits: boolean;
}

const CLI = new URL('../sandbox/src/cli.ts', import.meta.url).pathname;

/**
 * The sandbox as a process of its own, on a free port. It ends with us whatever ends us: its standard input is our
 * pipe, and it stops when that closes.
 */
export async function startSandbox(start: SandboxStart): Promise<SandboxProcess> {
  const args = [
    CLI,
    '--port',
    '0',
    '--state',
    start.stateDir,
    '--seed',
    String(start.seed),
    '--json',
    '--end-with-input',
  ];
  if (start.faults !== '') args.push('--faults', start.faults);
  if (!start.realLimits) args.push('--no-limits');
  // A group of its own: Ctrl-C is for us, and the sandbox answers until we have let go of it.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const access = await firstLine(child);
  return {
    access,
    stop: async () => {
      child.stdin?.end();
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<SandboxAccess> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as SandboxAccess));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the sandbox ended with ${code} before it listened: ${errors.trim()}`)),
    );
  });
}
