import { identifyLedger } from '../../../src/hub/connections/connect.ts';
import { connectSource } from '../../../src/hub/connections/index.ts';
import { openBooks, readSettings } from '../../../src/hub/mapping/index.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { byPerson, consented } from './authorise.ts';
import type { Process } from './installation.ts';
import type { Tenant } from './tenant.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

/** Connects a tenant's ledger and sources and opens its books, as a person does with the command line. */
export async function connectTenant(world: World, process: Process, tenant: Tenant): Promise<void> {
  const { doors } = process;
  const { sandbox, plan, id: tenantId } = tenant;
  const since = world.time.now() - DAY_MS;
  await world.act(process, 'tenants.add', () => world.backend.addTenant(tenantId, `Acme ${tenant.number} LLC`, since));
  const base = { tenantId, environment: 'sandbox' as const, baseUrl: null, since };
  const tokens = consented(tenant, world.time.now());
  const token = tokens.access;
  const draft = await identifyLedger(doors, {
    ...base,
    provider: 'quickbooks',
    token,
    companyId: sandbox.quickbooks.realmId,
  });
  const ledger = await process.stores.grants.keep(draft, tokens, byPerson(tenant), world.time.now());
  tenant.connections.set('quickbooks', ledger);
  for (const provider of plan.sources) {
    const key = sandbox[provider].settings.apiKey;
    const [source] = await connectSource(doors, { ...base, provider, token: new Secret(key), accountIds: null });
    tenant.connections.set(provider, source!);
    const pair = await doors.connections.savePair(
      {
        id: doors.makeId('pai'),
        tenantId,
        sourceId: source!.id,
        ledgerId: ledger.id,
        settings: readSettings(plan.settings),
      },
      world.time.now(),
    );
    tenant.pairs.push(pair);
    const { displayName } = doors.registry.source(provider);
    await openBooks({
      doors,
      caller: { connection: ledger, token },
      signal: new AbortController().signal,
      pair,
      currencies: ['USD'],
      source: { provider, displayName },
    });
  }
}
