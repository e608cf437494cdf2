#!/usr/bin/env node
import { cliDoors, readStandardInput, readStandardLine, readTextFile } from './compose/cli-doors.ts';
import type { CliIo } from './edge/cli/doors.ts';
import { runCli } from './edge/cli/index.ts';
import { loadEnvFile, processEnvironment } from './platform/config/index.ts';

/** The one place where the program meets its process: arguments, streams, signals, exit code. */
loadEnvFile();
const interrupted = new AbortController();
let signals = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    signals += 1;
    // A second one means now: what runs is made good at the next start.
    if (signals > 1) process.exit(130);
    interrupted.abort(new Error(name));
  });
}

const io: CliIo = {
  stdout: stream(process.stdout),
  stderr: stream(process.stderr),
  stdin: { isTTY: process.stdin.isTTY === true, readText: readStandardInput, readLine: readStandardLine },
  noColor: (processEnvironment()['NO_COLOR'] ?? '') !== '',
  interrupted: interrupted.signal,
  readTextFile,
};

function stream(to: NodeJS.WriteStream): CliIo['stdout'] {
  return { isTTY: to.isTTY === true, columns: to.columns ?? 80, write: (text) => void to.write(text) };
}

process.exitCode = await runCli(process.argv.slice(2), cliDoors(io));
// Everything is closed by now; what a library keeps open must not keep the process.
process.exit();
