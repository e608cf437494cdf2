import { catalogRoutes } from '../../sandbox/src/stripe/api/catalog-routes.ts';
import { eventRoutes } from '../../sandbox/src/stripe/api/event-routes.ts';
import { invoiceRoutes } from '../../sandbox/src/stripe/api/invoice-routes.ts';
import { moneyRoutes } from '../../sandbox/src/stripe/api/money-routes.ts';
import type { Ask, Said, SandboxBench } from './sandbox-bench.ts';

/** Every endpoint that the sandbox's Stripe has. */
export const STRIPE_ROUTES = [...moneyRoutes, ...catalogRoutes, ...invoiceRoutes, ...eventRoutes];

/** A restricted key that may do nothing; the bench must know it. */
export const POWERLESS_KEY = 'rk_test_nothing';

/** More lines than an invoice embeds. */
const INVOICE_LINES = 12;
/** What is read together with the rows of a list. */
const EXPANDED: Readonly<Record<string, readonly string[]>> = {
  '/v1/balance_transactions': ['data.source'],
  '/v1/charges': ['data.balance_transaction', 'data.customer'],
  '/v1/invoice_payments': ['data.invoice'],
  '/v1/payouts': ['data.balance_transaction'],
  '/v1/refunds': ['data.charge'],
};

/** Writes first, so that what they make is read afterwards: then every list to its end and every object by itself. */
export async function tourStripe(bench: SandboxBench): Promise<void> {
  await write(bench);
  const reads = STRIPE_ROUTES.filter(({ method }) => method === 'GET').map(({ path }) => path);
  for (const path of reads.filter((one) => !one.includes('{id}'))) {
    const below = reads.filter((one) => one.startsWith(`${path}/{id}`));
    if (below.length === 0) await bench.good({ path });
    else for (const id of await listAll(bench, path)) for (const one of below) await readOne(bench, one, id);
  }
}

async function readOne(bench: SandboxBench, template: string, id: string): Promise<void> {
  const path = template.replace('{id}', id);
  await (template.endsWith('{id}') ? bench.good({ path }) : listAll(bench, path));
}

/** Every page of a list; answers the ids of its rows. */
async function listAll(bench: SandboxBench, path: string): Promise<readonly string[]> {
  const expand = (EXPANDED[path] ?? []).map((one) => `&expand[]=${one}`).join('');
  const ids: string[] = [];
  for (let more = true; more; ) {
    const after = ids.length === 0 ? '' : `&starting_after=${ids.at(-1)}`;
    const { json } = await bench.good({ path: `${path}?limit=100${expand}${after}` });
    const page = json as { readonly data: readonly { readonly id: string }[]; readonly has_more: boolean };
    ids.push(...page.data.map(({ id }) => id));
    more = page.has_more;
  }
  return ids;
}

async function write(bench: SandboxBench): Promise<void> {
  const post = async (path: string, body: string) => {
    const { json } = await bench.good({ method: 'POST', path: `/v1/${path}`, body });
    return (json as { readonly id: string }).id;
  };
  const remove = (path: string) => bench.good({ method: 'DELETE', path: `/v1/${path}` });
  const customer = await post('customers', 'name=Acme%20LLC&email=books@acme.example&metadata[order]=1');
  await post(`customers/${customer}`, 'phone=5550100&metadata[order]=');
  await remove(`customers/${await post('customers', 'name=Gone')}`);
  const product = await post('products', 'name=Crate&description=A%20crate');
  await post('prices', `product=${product}&unit_amount=1250&currency=usd&nickname=Single`);
  await post('refunds', `charge=${wholeCharge(bench)}&amount=100&reason=duplicate&metadata[note]=a`);
  const hook = 'url=https://acme.example/hook&enabled_events[]=charge.succeeded';
  await post(`webhook_endpoints/${await post('webhook_endpoints', hook)}`, 'disabled=true&description=Off');
  await remove(`webhook_endpoints/${await post('webhook_endpoints', hook)}`);
  for (const [step, body] of [
    ['pay', ''],
    ['pay', 'paid_out_of_band=true'],
    ['void', ''],
    ['mark_uncollectible', ''],
  ] as const) {
    const invoice = draft(bench, customer);
    await post(`invoices/${invoice}/finalize`, 'auto_advance=false');
    await post(`invoices/${invoice}/${step}`, body);
  }
}

/** A charge of which nothing has gone back. */
function wholeCharge({ sandbox }: SandboxBench): string {
  const charges = sandbox.stripe.context.state.tables.charges.all();
  return charges.find((one) => one.paid && one.amount_refunded === 0 && !one.disputed)!.id;
}

function draft({ sandbox }: SandboxBench, customer: string): string {
  const at = sandbox.now() / 1_000;
  const lines = Array.from({ length: INVOICE_LINES }, (_, i) => ({ description: `Part ${i}`, unitAmount: 100 }));
  return sandbox.stripe.createInvoice({ at, customer, lines }).id;
}

/** Every endpoint asked without a key, with a powerless one, with an unknown parameter, and for what is not there. */
export async function refusalsOfStripe(bench: SandboxBench): Promise<readonly Said[]> {
  const said: Said[] = [];
  for (const ask of STRIPE_ROUTES.flatMap(wrongAsks)) said.push(await bench.refused(ask));
  return said;
}

function wrongAsks(route: (typeof STRIPE_ROUTES)[number]): Ask[] {
  const { method } = route;
  const path = route.path.replace('{id}', 'nobody_1');
  const unknown = method === 'POST' ? { method, path, body: 'colour=red' } : { method, path: `${path}?colour=red` };
  return [
    { method, path, headers: { authorization: '' } },
    { method, path, headers: { authorization: `Bearer ${POWERLESS_KEY}` } },
    unknown,
    ...(route.path.includes('{id}') ? [{ method, path }] : []),
  ];
}
