import { NoAnswer } from '../../../sandbox/src/index.ts';
import { type Wire, type WireAnswer, WireFailure, type WireRequest } from '../../../src/platform/transport/index.ts';
import type { Chance } from '../core/chance.ts';
import type { Client } from '../core/client.ts';
import type { Gate, Life } from '../core/gate.ts';
import type { Time } from '../core/time.ts';
import type { Sometimes } from '../goals.ts';
import type { Faults } from '../swarm.ts';
import type { TokenWatch } from '../token-watch.ts';
import type { Provider, Tenant } from './tenant.ts';

/** What becomes of one request on its way. */
type Fate = 'arrives' | 'lost_request' | 'lost_answer' | 'late' | 'refused' | 'not_yet' | 'bad_cursor';

interface Outgoing {
  readonly tenant: Tenant;
  readonly provider: Provider;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The credential or, of a request for tokens, the refresh token. */
  readonly token: string;
}

export interface NetworkDoors {
  readonly time: Time;
  readonly gate: () => Gate;
  readonly chance: Chance;
  readonly faults: () => Faults;
  readonly sometimes: Sometimes;
  readonly ownerOf: (token: string) => Tenant | undefined;
  readonly violated: (invariant: string, detail: string) => void;
  /** Told after a provider did something. */
  readonly done: (tenant: Tenant, provider: Provider) => void;
  readonly tokens: () => Pick<TokenWatch, 'asked' | 'arrived' | 'called'>;
}

/** The providers' side of a late request: it goes on although its client has given up. */
const PROVIDER: Life = { name: 'provider', isAlive: () => true, isFrozen: () => false };

const LATE_AT_MOST_MS = 20 * 60_000;
const SLOW_AT_MOST_MS = 90_000;
const READABLE_AFTER_MS = 2 * 60_000;

/** Between the processes and the providers: requests and answers get lost, late and slow here. */
export class Network {
  readonly #doors: NetworkDoors;
  /** Postings whose create request, alone or in a batch, was carried out after it had been given up: once each time. */
  readonly #lateCreates: string[] = [];

  constructor(doors: NetworkDoors) {
    this.#doors = doors;
  }

  /** How many requests to create a posting's document were carried out after they had been given up. */
  lateCreates(posting: string): number {
    return this.#lateCreates.filter((late) => late === posting).length;
  }

  wireOf(process: Client): Wire {
    return { exchange: (request, signal) => this.#exchange(process, request, signal), close: async () => {} };
  }

  async #exchange(process: Client, request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    const outgoing = this.#read(request);
    const fate = this.#fate(outgoing);
    const { method, provider, tenant, url } = outgoing;
    const tag = `${tenant.number} ${provider} ${method} ${url.pathname} ${fate}`;
    const reply = await this.#doors.gate().call(process, tag, () => {
      this.#look(process, outgoing);
      return this.#happen(outgoing, fate);
    });
    const date = new Date(this.#doors.time.now()).toUTCString();
    if (reply === 'silence') return this.#silence(signal);
    if (reply === 'reset') throw new WireFailure(true, Object.assign(new Error('hang up'), { code: 'ECONNRESET' }));
    if (reply === 'refused')
      throw new WireFailure(false, Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    await this.#travel(process, signal);
    if (isForTokens(outgoing)) this.#tokensArrived(process, reply);
    // Servers with a clock say when they answered (RFC 9110, 6.6.1): what they ask for in dates counts from there.
    return { ...reply, headers: { ...reply.headers, date } };
  }

  #read({ url, method, headers, body }: WireRequest): Outgoing {
    const token = refreshTokenIn(url, body) ?? (headers.authorization ?? '').replace(/^(Bearer|token) /i, '');
    const tenant = this.#doors.ownerOf(token);
    if (tenant === undefined) throw new Error(`a call with a token of nobody to ${url.pathname}`);
    const provider = url.pathname.split('/')[1] as Provider;
    const realm = /\/v3\/company\/(\d+)/.exec(url.pathname)?.[1];
    if (realm !== undefined && realm !== tenant.sandbox.quickbooks.realmId)
      this.#doors.violated('I10', `the company ${realm} was asked with the token of tenant ${tenant.number}`);
    return { tenant, provider, method, url, headers, body, token };
  }

  /** I8 and I9: who asks for tokens, and with which tokens the ledger is called. */
  #look(process: Client, outgoing: Outgoing): void {
    const { tenant, provider, token } = outgoing;
    const connection = tenant.connections.get('quickbooks');
    if (provider !== 'quickbooks' || connection === undefined) return;
    const watch = this.#doors.tokens();
    if (isForTokens(outgoing)) watch.asked(process, connection.id);
    else watch.called(connection.id, token);
  }

  #tokensArrived(process: Client, { status, body }: WireAnswer): void {
    if (status !== 200) return;
    try {
      const { refresh_token: refresh } = JSON.parse(new TextDecoder().decode(body)) as { refresh_token?: string };
      if (refresh !== undefined) this.#doors.tokens().arrived(process, refresh);
    } catch {
      // Cut off by another fault.
    }
  }

  #fate(outgoing: Outgoing): Fate {
    const { chance, time } = this.#doors;
    const faults = this.#doors.faults();
    const { tenant, provider, method, url } = outgoing;
    if ((tenant.awayUntil.get(provider) ?? 0) > time.now()) return chance.happens(0.5) ? 'refused' : 'lost_request';
    if (chance.happens(faults.lostAnswer)) return 'lost_answer';
    if (chance.happens(faults.lostRequest)) return 'lost_request';
    if (chance.happens(faults.lateLanding)) return 'late';
    if (method !== 'GET') return 'arrives';
    if (chance.happens(faults.cursorRefused) && LISTED.test(url.search)) return 'bad_cursor';
    return provider !== 'quickbooks' && chance.happens(faults.notYetReadable) ? 'not_yet' : 'arrives';
  }

  async #happen(outgoing: Outgoing, fate: Fate): Promise<WireAnswer | 'silence' | 'reset' | 'refused'> {
    const { chance, sometimes } = this.#doors;
    const isWrite = outgoing.method !== 'GET';
    switch (fate) {
      case 'refused':
        sometimes.note('a provider is away');
        return 'refused';
      case 'lost_request':
        return chance.happens(0.5) ? 'silence' : 'reset';
      case 'lost_answer':
        await this.#perform(outgoing);
        if (isForTokens(outgoing)) sometimes.note('the answer to a refresh is lost');
        else if (isWrite && outgoing.provider === 'quickbooks') sometimes.note('the answer to a write is lost');
        return chance.happens(0.5) ? 'silence' : 'reset';
      case 'late':
        this.#performLater(outgoing);
        return chance.happens(0.5) ? 'silence' : 'reset';
      case 'not_yet':
        return isSingle(outgoing.url) && this.#isFresh(outgoing)
          ? notFound(outgoing.provider)
          : this.#withoutFresh(await this.#perform(outgoing));
      case 'bad_cursor':
        sometimes.note('a cursor is refused');
        return badRequest(outgoing.provider);
      case 'arrives':
        return this.#perform(outgoing);
    }
  }

  /** F9: what was just made is told of by a webhook, and not in the lists yet. */
  #withoutFresh(reply: WireAnswer | 'silence'): WireAnswer | 'silence' {
    if (reply === 'silence' || reply.status !== 200) return reply;
    const text = new TextDecoder().decode(reply.body);
    const made = text.startsWith('[') ? 'createdTime' : 'created';
    const fresh = this.#doors.time.now() / 1_000 - READABLE_AFTER_MS / 1_000;
    try {
      const body = JSON.parse(text) as { data?: Record<string, unknown>[] } | Record<string, unknown>[];
      const rows = Array.isArray(body) ? body : (body.data ?? []);
      const kept = rows.filter((row) => !(Number(row[made]) > fresh));
      if (kept.length === rows.length) return reply;
      this.#doors.sometimes.note('an object cannot be read yet');
      const shown = Array.isArray(body) ? kept : { ...body, data: kept, has_more: false };
      return { ...reply, body: new TextEncoder().encode(JSON.stringify(shown)) };
    } catch {
      // Cut off by another fault.
      return reply;
    }
  }

  async #perform(outgoing: Outgoing): Promise<WireAnswer | 'silence'> {
    const { tenant, provider, method, url, headers, body } = outgoing;
    const faulty = tenant.sandbox.faults[provider];
    const throttledBefore = faulty.injected()['429'] ?? 0;
    try {
      const target = `http://sandbox.invalid${url.pathname.slice(provider.length + 1)}${url.search}`;
      const response = await faulty.fetch(new Request(target, { method, headers, body }));
      const reply = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.bytes(),
      };
      this.#doors.done(tenant, provider);
      if (url.pathname.endsWith('/batch')) this.#doors.sometimes.note('a batch is sent');
      if (reply.status !== 429) return reply;
      if ((faulty.injected()['429'] ?? 0) > throttledBefore) return this.#withRetryAfter(reply);
      this.#doors.violated('I15', `${provider} of tenant ${tenant.number} was asked more often than it allows`);
      return reply;
    } catch (error) {
      if (error instanceof NoAnswer) return 'silence';
      throw error;
    }
  }

  #performLater(outgoing: Outgoing): void {
    const { time, chance, sometimes, gate } = this.#doors;
    const creates = outgoing.url.searchParams.has('requestid') ? postingsIn(outgoing.body) : [];
    time.after(chance.between(1_000, LATE_AT_MOST_MS), () => {
      this.#lateCreates.push(...creates);
      if (isForTokens(outgoing)) sometimes.note('a refresh lands late');
      if (outgoing.url.searchParams.has('requestid')) sometimes.note('a write lands late');
      const tag = `${outgoing.tenant.number} ${outgoing.provider} late ${outgoing.url.pathname}`;
      void gate().call(PROVIDER, tag, () => this.#perform(outgoing));
    });
  }

  /** Providers say nothing, the seconds, a date, a date in the past, or nonsense. */
  #withRetryAfter(reply: WireAnswer): WireAnswer {
    const { chance, time, sometimes } = this.#doors;
    const value = chance.pick([
      null,
      String(chance.between(1, 30)),
      new Date(time.now() + 20_000).toUTCString(),
      new Date(time.now() - 3_600_000).toUTCString(),
      'soon',
      '600',
    ]);
    sometimes.note(value === null ? 'a 429 without Retry-After' : 'a 429 with Retry-After');
    const { 'retry-after': _, ...headers } = reply.headers;
    return { ...reply, headers: value === null ? headers : { ...headers, 'retry-after': value } };
  }

  #isFresh({ tenant, provider, url }: Outgoing): boolean {
    const now = this.#doors.time.now();
    const id = url.pathname.split('/').at(-1)!;
    const created = provider === 'stripe' ? stripeCreated(tenant, id) : btcpayCreated(tenant, id);
    return created !== null && now - created * 1_000 < READABLE_AFTER_MS;
  }

  /** The way back takes its time. */
  #travel(process: Client, signal: AbortSignal): Promise<void> {
    const { time, chance, sometimes } = this.#doors;
    const isSlow = chance.happens(this.#doors.faults().slowAnswer);
    if (isSlow) sometimes.note('an answer is slow');
    const ms = isSlow ? chance.between(2_000, SLOW_AT_MOST_MS) : chance.between(5, 300);
    return new Promise((resolve, reject) => {
      const cancel = time.after(ms, resolve, process);
      const giveUp = () => {
        cancel();
        reject(new WireFailure(true, signal.reason));
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #silence(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const give = () => reject(new WireFailure(true, signal.reason));
      if (signal.aborted) give();
      else signal.addEventListener('abort', give, { once: true });
    });
  }
}

function isForTokens({ url }: Pick<Outgoing, 'url'>): boolean {
  return url.pathname.endsWith('/tokens/bearer');
}

function refreshTokenIn(url: URL, body: string | null): string | null {
  return isForTokens({ url }) ? new URLSearchParams(body ?? '').get('refresh_token') : null;
}

/** The markers in the documents of a request. */
function postingsIn(body: Outgoing['body']): readonly string[] {
  return [...new Set([...(body ?? '').matchAll(/counterfoil:1:(pst_[0-9a-z]+)/g)].map(([, id]) => id!))];
}

/** Parameters that say where a list goes on. */
const LISTED = /starting_after|skip|created|startDate/;

/** Whether the path names one object: ids are longer than names of lists, and hold digits. */
function isSingle({ pathname }: URL): boolean {
  const last = pathname.split('/').at(-1) ?? '';
  return last.length >= 16 && /\d/.test(last);
}

function stripeCreated({ sandbox }: Tenant, id: string): number | null {
  const { tables } = sandbox.stripe.context.state;
  for (const table of [tables.charges, tables.refunds, tables.payouts, tables.disputes, tables.invoices]) {
    const found = (table as { get(id: string): { created: number } | undefined }).get(id);
    if (found !== undefined) return found.created;
  }
  return null;
}

function btcpayCreated({ sandbox }: Tenant, id: string): number | null {
  return sandbox.btcpay.context.state.invoices.get(id)?.created ?? null;
}

function reply(status: number, body: unknown): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

function notFound(provider: Provider): WireAnswer {
  return provider === 'stripe'
    ? reply(404, { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' } })
    : reply(404, { code: 'invoice-not-found', message: 'The invoice was not found' });
}

function badRequest(provider: Provider): WireAnswer {
  return provider === 'stripe'
    ? reply(400, { error: { type: 'invalid_request_error', param: 'starting_after', message: 'No such object' } })
    : reply(422, [{ path: 'skip', message: 'The value is not valid' }]);
}
