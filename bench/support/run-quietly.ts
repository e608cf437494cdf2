import { spawn } from 'node:child_process';
import { plainEnvironment } from './programs.ts';

export interface Ran {
  /** Null when it did not start, or was ended because it took too long. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly timeout_ms: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program of the machine to its end. Never rejects. */
export function runQuietly(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(program, [...args], {
      env: { ...plainEnvironment(), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout_ms,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', (error) => done({ code: null, stdout, stderr: error.message }));
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}
