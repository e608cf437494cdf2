import { type PairedKey, pairFromTerminal, type TerminalPairingRequest } from '../../hub/operate/index.ts';
import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';
import { CliFailure } from './failure.ts';

/** Sends the person to the server's page, and waits until the browser has posted the key to our listener. */
export async function pair(call: Call, hub: OpenHub, request: TerminalPairingRequest): Promise<PairedKey> {
  const begun = await pairFromTerminal(hub.oauth, request, call.signal);
  // Shown also with --quiet: without it nothing can go on.
  call.output.error(`Open this address in a browser, sign in and allow the access:\n\n  ${begun.authorizeUrl}\n`);
  if (!hub.isServed)
    call.output.note(
      'The browser brings the key to a running `counterfoil start`. Without one, make a key in the settings of the server and connect with --secret-file.',
    );
  call.output.progress('Waiting for the browser, at most ten minutes');
  return begun.wait(call.signal);
}

interface StoreChoice {
  readonly key: PairedKey;
  /** As typed with --store; empty asks. */
  readonly wanted: readonly string[];
}

/** The stores to connect: those named, the only one, or those that the person picks. */
export async function pickStores(call: Call, { key, wanted }: StoreChoice): Promise<readonly string[]> {
  const { choices } = key;
  if (wanted.length > 0) return wanted;
  if (choices.length === 1) return [choices[0]!.accountId];
  const lines = choices.map(({ accountId, name }, i) => `  ${i + 1}  ${name} (${accountId})`);
  call.output.error(`The key reaches several stores:\n\n${lines.join('\n')}\n\nWhich? Numbers with commas, or all:`);
  const typed = (await call.doors.io.stdin.readLine()).trim();
  if (typed === 'all') return choices.map(({ accountId }) => accountId);
  const picked = typed.split(/[\s,]+/).map((word) => choices[Number(word) - 1]);
  if (picked.every((one) => one !== undefined)) return picked.map(({ accountId }) => accountId);
  const failure = new CliFailure(
    'usage',
    `${JSON.stringify(typed.slice(0, 40))} names no store of the list.`,
    'Run the command again and type numbers of the list, or name stores with --store.',
  );
  await key.drop(failure);
  throw failure;
}
