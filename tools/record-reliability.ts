/** Keeps what the suites printed with `--json`, for `docs/reference/reliability.md`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineFacts } from '../bench/machine.ts';
import { RELIABILITY_FILE } from './reliability/figures.ts';
import { gather } from './reliability/gather.ts';
import { HELP, type RecordOptions, readOptions } from './reliability/options.ts';

/** Exit codes: 1 when a file cannot be used, 2 for a wrong command line. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const FILE = fileURLToPath(new URL(`../${RELIABILITY_FILE}`, import.meta.url));

async function main(words: readonly string[]): Promise<number> {
  const request = readOptions(words);
  if (request.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (request.kind === 'refused') {
    process.stderr.write(`${request.problem}\n\n${HELP}`);
    return EXIT.usage;
  }
  return record(request.options);
}

async function record(options: RecordOptions): Promise<number> {
  try {
    const figures = gather(options, (path) => readFileSync(path, 'utf8'), await machineFacts(''));
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
    process.stderr.write(`kept in ${FILE}; now: npm run generate\n`);
    return EXIT.ok;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
}

process.exitCode = await main(process.argv.slice(2));
