import { Agent, get } from 'node:http';
import { instant } from './provider-accounts.ts';
import { type Providers, post } from './providers.ts';

/** A client that only calls: what the providers alone take, without a product. */
export interface BareClient {
  /** Milliseconds of one read at Stripe and one document at QuickBooks, one after the other. */
  readAndCreate(): Promise<number>;
  /** Documents a second when batches of 30 are sent one after the other, for so many batches. */
  batches(count: number): Promise<number>;
  close(): void;
}

/** `pattern` is a batch that the product sent to this account before: the same documents are sent again as new ones. */
export async function bareClient(providers: Providers, account: number, pattern: string): Promise<BareClient> {
  const agent = new Agent({ keepAlive: true });
  const { realmId, quickbooksToken, stripeKey } = await providers.access(account);
  const company = `${providers.url}/quickbooks/v3/company/${realmId}`;
  const authorised = { authorization: `Bearer ${quickbooksToken}`, accept: 'application/json' };
  const batch = JSON.parse(pattern) as Batch;
  let sent = 0;
  const send = async (items: readonly BatchItem[]) => {
    sent += 1;
    const body = { BatchItemRequest: items.map((item, index) => renumbered(item, `B${sent}-${index}`)) };
    const answer = await post<BatchAnswer>(
      agent,
      `${company}/batch?requestid=bare-${sent}&minorversion=75`,
      JSON.stringify(body),
      authorised,
    );
    const refused = answer.BatchItemResponse.find((one) => one.Fault !== undefined);
    if (refused !== undefined) throw new Error(`a bare document was refused: ${JSON.stringify(refused.Fault)}`);
  };
  const items = batch.BatchItemRequest;
  return {
    async readAndCreate() {
      const began = instant();
      await read(agent, `${providers.url}/stripe/v1/balance_transactions?limit=1`, stripeKey);
      await send(items.slice(0, 1));
      return instant() - began;
    },
    async batches(count) {
      const began = instant();
      for (let done = 0; done < count; done += 1) await send(items);
      return (count * items.length * 1_000) / (instant() - began);
    },
    close: () => agent.destroy(),
  };
}

interface BatchItem {
  readonly bId: string;
  readonly SalesReceipt?: { readonly DocNumber?: string };
}

interface Batch {
  readonly BatchItemRequest: readonly BatchItem[];
}

interface BatchAnswer {
  readonly BatchItemResponse: readonly { readonly Fault?: unknown }[];
}

function renumbered(item: BatchItem, number: string): BatchItem {
  return item.SalesReceipt === undefined
    ? item
    : { ...item, SalesReceipt: { ...item.SalesReceipt, DocNumber: number } };
}

function read(agent: Agent, url: string, key: string): Promise<void> {
  return new Promise((done, reject) => {
    const call = get(
      url,
      { agent, headers: { authorization: `Bearer ${key}`, 'stripe-version': '2026-10-28.endive' } },
      (incoming) => {
        incoming.resume();
        incoming.once('end', () =>
          incoming.statusCode === 200 ? done() : reject(new Error(`${url} answered ${incoming.statusCode}`)),
        );
      },
    );
    call.once('error', reject);
  });
}
