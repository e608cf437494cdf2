import type { Connection } from '../../hub/connections/index.ts';
import { authoriseFromTerminal, type TerminalAuthorisationRequest } from '../../hub/operate/index.ts';
import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';
import { CliFailure } from './failure.ts';
import { flag, option } from './spec.ts';
import { anyText } from './values.ts';

/** Options of everything that is connected by an authorisation. */
export const authoriseOptions = {
  pasteBack: flag('--paste-back', 'Ask for the address to which the provider sends the browser; needs no https here'),
  redirectUri: option(
    '--redirect-uri <address>',
    'A redirect address of COUNTERFOIL_OAUTH_REDIRECT_URIS, as registered at the provider',
    anyText,
  ),
} as const;

interface AuthoriseWords extends Omit<TerminalAuthorisationRequest, 'redirectUri'> {
  readonly redirectUri: string | undefined;
}

/** Sends the person to the provider's page, and waits until the browser or the person brings the answer. */
export async function authorise(call: Call, hub: OpenHub, words: AuthoriseWords): Promise<Connection> {
  const { pasteBack, redirectUri = null } = words;
  const begun = await authoriseFromTerminal(hub.oauth, { ...words, redirectUri });
  const { io } = call.doors;
  // Shown also with --quiet: without it nothing can go on.
  call.output.error(`Open this address in a browser and allow the access:\n\n  ${begun.authorizeUrl}\n`);
  if (!pasteBack) {
    if (!hub.isServed)
      call.output.note('The browser comes back to a running `counterfoil start`. Without one, use --paste-back.');
    call.output.progress('Waiting for the browser, at most ten minutes');
    return begun.wait(call.signal);
  }
  call.output.error(
    `The browser then goes to an address that begins with ${begun.redirectUri}; it may show an error there.\nPaste that address here and press Enter:`,
  );
  const address = await io.stdin.readLine();
  if (address.trim() !== '') return begun.paste(address);
  throw new CliFailure('usage', 'No address was pasted.', 'Run the command again and paste the whole address bar.');
}
