import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ pid` and `- pid`; when its input ends, whatever ended its writer, it kills what is left. In a session of its
 * own: a terminal's Ctrl-C is for the program.
 */
const SCRIPT = `
trap '' INT TERM HUP
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -s KILL "$pid"; done
exit 0
`;

/** Sees to it that no process of ours outlives us. */
export class Guard {
  readonly #child: ChildProcess;

  /** `folder` tells in the list of processes to which run it belongs. */
  constructor(folder: string) {
    this.#child = spawn('/bin/sh', ['-c', SCRIPT, 'crash-guard', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
  }

  watch(child: ChildProcess): void {
    if (child.pid === undefined) return;
    this.#child.stdin!.write(`+ ${child.pid}\n`);
    child.once('exit', () => this.#child.stdin!.write(`- ${child.pid}\n`));
  }

  /** Resolves when it has left, and with it whatever was still there. */
  async end(): Promise<void> {
    const left = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.stdin!.end();
    await left;
  }
}
