import { answerDoor, type Sandbox } from '../../sandbox/src/index.ts';
import { CLI_ACTOR } from '../../src/hub/audit/index.ts';
import {
  arriveAtPairing,
  type BeginPairing,
  beginPairing,
  newBinding,
  type OAuthDoors,
  type PostedGrant,
  receiveGrant,
} from '../../src/hub/connections/index.ts';
import type { TenantId } from '../../src/kernel/ids.ts';

/** What the page of the sandbox's BTCPay makes the browser post, and where. */
export interface PostedForm {
  readonly target: URL;
  readonly form: URLSearchParams;
}

/** What a person does on the page: allows the access for these stores, all when none is named. */
export async function allow(
  sandbox: Sandbox,
  authorizeUrl: string,
  stores: readonly string[] = [],
): Promise<PostedForm> {
  const body = new URLSearchParams([['decision', 'authorize'], ...stores.map((id): [string, string] => ['store', id])]);
  const page = await answerDoor(sandbox, new Request(authorizeUrl, { method: 'POST', body }));
  const html = await page.text();
  const plain = (text: string) => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const target = new URL(plain(/action="([^"]*)"/.exec(html)?.[1] ?? ''));
  const fields = [...html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    target,
    form: new URLSearchParams(fields.map(([, name, value]): [string, string] => [plain(name!), plain(value!)])),
  };
}

export function grantOf({ target, form }: PostedForm): PostedGrant {
  return {
    provider: 'btcpay',
    query: target.searchParams,
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(form.toString()),
  };
}

export interface PairingParts {
  readonly oauth: OAuthDoors;
  readonly sandbox: Sandbox;
  readonly tenantId: TenantId;
}

/** Begins a pairing at the sandbox's BTCPay, as a browser does, or as `own` says. */
export async function beginPair(
  { oauth, tenantId }: Pick<PairingParts, 'oauth' | 'tenantId'>,
  own: Partial<BeginPairing> = {},
) {
  const binding = newBinding(oauth);
  const begun = await beginPairing(oauth, {
    tenantId,
    provider: 'btcpay',
    environment: 'sandbox',
    place: 'browser',
    actor: CLI_ACTOR,
    binding,
    reconnect: null,
    server: null,
    browserUrl: null,
    returnTo: null,
    since: 0,
    ...own,
  });
  return { ...begun, binding: own.binding ?? binding };
}

/** Up to the moment when the browser is back with its cookie. */
export async function postKey(parts: PairingParts, own: Partial<BeginPairing> = {}, stores: readonly string[] = []) {
  const begun = await beginPair(parts, own);
  const posted = await allow(parts.sandbox, begun.authorizeUrl, stores);
  const received = await receiveGrant(parts.oauth, grantOf(posted));
  const location = received.kind === 'continue' ? new URL(received.location) : null;
  const arrival = {
    provider: 'btcpay',
    parameters: location?.searchParams ?? new URLSearchParams(),
    binding: begun.binding,
  };
  return { begun, posted, location, arrival, key: posted.form.get('apiKey')! };
}

/** Pairs from beginning to end; answers the step at which it ended. */
export async function pairUp(parts: PairingParts, own: Partial<BeginPairing> = {}, stores: readonly string[] = []) {
  const { arrival } = await postKey(parts, own, stores);
  return arriveAtPairing(parts.oauth, arrival);
}
