import { type Copy, copiesIn } from './copies.ts';
import { type Expected, expectedKey, expectedOfBtcpay, expectedOfStripe } from './model.ts';
import type { Snapshot, SnapshotFact, SnapshotPosting } from './snapshot.ts';
import type { Tenant } from './world/tenant.ts';
import type { World } from './world/world.ts';

/** How an item about a posting ends that waits for the ledger's terms to be read again. */
export const OPEN_AGAIN = 'is held by a period that is open again';

/** What is still to be done, in words; empty when everything has come to rest. */
export function openWork(snapshot: Snapshot): readonly string[] {
  const postings = snapshot.postings.filter(
    (one) =>
      one.state === 'sending' ||
      one.state === 'uncertain' ||
      (one.state === 'planned' && !one.held) ||
      (one.state === 'posted' && one.wanted === 'void' && !one.held),
  );
  return [
    ...postings.map(
      (one) => `posting ${one.id} is ${one.state}, wanted ${one.wanted} (${one.reasonCode ?? 'no reason'})`,
    ),
    ...snapshot.postings
      .filter((one) => one.held && one.reasonCode === 'ledger.closed_period')
      .map((one) => `posting ${one.id} ${OPEN_AGAIN}`),
    ...snapshot.facts.filter((one) => one.state === 'new').map((one) => `fact ${one.id} is not planned`),
    ...snapshot.deliveries
      .filter((one) => one.state === 'received' || one.state === 'processing')
      .map((one) => `delivery ${one.id} is ${one.state}`),
    ...snapshot.events.filter((one) => one.state === 'received').map((one) => `event ${one.dedupeKey} is received`),
    ...snapshot.readsDue.filter((one) => Number.isFinite(one.notBefore)).map((one) => `${one.subject} is to be read`),
    ...snapshot.records.filter((one) => !one.normalised).map((one) => `record ${one.externalId} is not understood`),
  ];
}

/** Checks everything that must be true when all has come to rest; the first thing that is not is the violation. */
export function checkFinal(world: World, snapshot: Snapshot): void {
  checkDeliveries(world, snapshot);
  checkRecords(world, snapshot);
  checkConnections(world, snapshot);
  for (const tenant of world.tenants) checkTenant(world, snapshot, tenant);
}

/** I1 and I13. */
function checkDeliveries(world: World, snapshot: Snapshot): void {
  const stored = new Set(snapshot.deliveries.map((one) => `${one.provider} ${one.dedupeKey}`));
  for (const { provider, dedupeKey } of world.arrivals.acknowledged)
    if (!stored.has(`${provider} ${dedupeKey}`))
      world.violated('I1', `the delivery ${dedupeKey} of ${provider} was acknowledged and is not in the inbox`);
  for (const { id, state, reason } of snapshot.deliveries) {
    if (state === 'dead' || (state === 'ignored' && reason === null))
      world.violated('I13', `the delivery ${id} ended as ${state}: ${reason}`);
    if (/not connected/.test(reason ?? '')) world.sometimes.note('a delivery names a company that nobody connected');
  }
  notePolled(world, stored);
}

/** Objects in the store of which no webhook ever told: the poll is the net beneath them. */
function notePolled(world: World, stored: ReadonlySet<string>): void {
  const { webhookLost } = world.swarm.faults;
  if (webhookLost === 0) return;
  for (const { sandbox } of world.tenants)
    for (const { id } of sandbox.sources.stripe.events())
      if (!stored.has(`stripe ${id}`)) world.sometimes.note('an object is found although no webhook told of it');
}

/** I7: everything at the sources is stored, and understood or shown. */
function checkRecords(world: World, snapshot: Snapshot): void {
  const stored = new Set(snapshot.records.map((one) => `${one.tenantId} ${one.externalId}`));
  for (const { externalId, problem } of snapshot.records)
    if (problem !== null) world.violated('I7', `${externalId} cannot be understood: ${problem}`);
  for (const { id, plan, sandbox } of world.tenants) {
    if (plan.sources.includes('stripe'))
      for (const row of sandbox.stripe.context.state.tables.balanceTransactions.all())
        if (!stored.has(`${id} ${row.id}`)) world.violated('I7', `${row.id} is at Stripe and not stored`);
    if (plan.sources.includes('btcpay'))
      for (const invoice of sandbox.btcpay.context.state.invoices.all())
        if (!stored.has(`${id} ${invoice.id}`)) world.violated('I7', `${invoice.id} is at BTCPay and not stored`);
  }
}

/** Nobody is asked for anything about a connection, and all of them work. */
function checkConnections(world: World, { connections, attention }: Snapshot): void {
  for (const { id, state } of connections) {
    if (state !== 'active') world.violated('I14', `${id} is ${state} although everything was connected again`);
    const asked = attention.filter((one) => one.subject === id);
    if (asked.length > 0)
      world.violated('I14', `${asked.map(({ code }) => code).join(', ')} is still asked about ${id}`);
  }
}

function checkTenant(world: World, snapshot: Snapshot, tenant: Tenant): void {
  const postings = snapshot.postings.filter((one) => one.tenantId === tenant.id);
  checkPostings(world, tenant, postings);
  const facts = snapshot.facts.filter((one) => one.tenantId === tenant.id);
  const posted = postings.filter((one) => one.state === 'posted').map((one) => one.id);
  const copies = copiesIn(world.watches[tenant.number - 1]!, new Set(posted));
  const found = { tenant, postings, facts, copies };
  if (tenant.plan.sources.includes('stripe'))
    checkExpected(world, { ...found, expected: expectedOfStripe(tenant), account: 'Stripe clearing USD' });
  if (tenant.plan.sources.includes('btcpay'))
    checkExpected(world, { ...found, expected: expectedOfBtcpay(tenant), account: 'Bitcoin' });
  checkStrangers(world, tenant, snapshot);
  checkDifferences(world, tenant, copies, snapshot);
  const { trialBalanceDifference } = tenant.sandbox.quickbooks.ledger();
  if (trialBalanceDifference !== 0) world.violated('I4', `the trial balance is off by ${trialBalanceDifference}`);
}

/** I3, I4: what is posted is in the ledger once, and everything that can be posted is. */
function checkPostings(world: World, tenant: Tenant, postings: readonly SnapshotPosting[]): void {
  if (tenant.plan.settings.feeDetail === 'payout' && postings.some(({ leg }) => leg === 'fee'))
    world.sometimes.note('a fee document stands for several fees');
  const watch = world.watches[tenant.number - 1]!;
  for (const one of postings) {
    if (one.imbalance !== 0n) world.violated('I4', `${one.id} is off by ${one.imbalance}`);
    const live = watch.live.get(one.id)?.size ?? 0;
    const isDeleted = tenant.humanChanges.get(one.id) === 'deleted';
    if (one.state === 'posted' && live === 0 && !isDeleted)
      world.violated('I3', `${one.id} (${one.recipe} ${one.leg}) is posted and not in the ledger`);
    if (one.state !== 'posted' && live > 0 && live > excusedLeftOvers(world, tenant, one.id))
      world.violated('I3', `${one.id} (${one.recipe} ${one.leg}) is ${one.state} and in the ledger`);
    if (one.state === 'dead' || one.held)
      world.violated(
        'I3',
        `${one.id} (${one.recipe} ${one.leg}) ended as ${one.state}, held ${one.held}: ${one.reasonCode}`,
      );
  }
}

/** Copies that could not be helped stay when the document that counted was removed. */
function excusedLeftOvers(world: World, tenant: Tenant, posting: string): number {
  const watch = world.watches[tenant.number - 1]!;
  const [key = ''] = watch.live.get(posting) ?? [];
  return Math.min(world.excusedCopies(tenant, posting, key.split(' ')[0]!), watch.made(posting) - 1);
}

interface Check {
  readonly tenant: Tenant;
  readonly postings: readonly SnapshotPosting[];
  readonly facts: readonly SnapshotFact[];
  readonly copies: readonly Copy[];
  readonly expected: Expected;
  /** Start of the names of the accounts that stand for the source's money. */
  readonly account: string;
}

/** I3 and I5 against the reference: each expected document once, nothing else, and the money in between to the cent. */
function checkExpected(world: World, check: Check): void {
  const { tenant, postings, facts, expected } = check;
  const watch = world.watches[tenant.number - 1]!;
  const objects = new Map(facts.map((fact) => [fact.id, fact.objectId]));
  const found = new Map<string, SnapshotPosting>();
  for (const one of postings) {
    if (one.state !== 'posted') continue;
    found.set(expectedKey(objects.get(one.factId) ?? '', one.leg), one);
  }
  for (const [key, document] of expected.documents) {
    const posting = found.get(key);
    if (posting === undefined) {
      const fact = facts.find((one) => one.objectId === document.objectId);
      const why = `${fact?.kind ?? 'no fact'} ${fact?.state ?? ''} ${fact?.reasonCode ?? ''}`;
      world.violated('I3', `${key} of tenant ${tenant.number} has no document: ${why}`);
      continue;
    }
    const [live] = watch.live.get(posting.id) ?? [];
    const minor = live === undefined ? null : watch.document(live)!.minor;
    if (document.minor !== null && minor !== null && minor !== document.minor)
      world.violated('I5', `${key} is ${document.minor} at the source and ${minor} in the ledger`);
  }
  checkBalance(world, check);
}

function checkBalance(world: World, { tenant, copies, account, expected: { balance } }: Check): void {
  // What a person deleted is missing, and shown elsewhere.
  if ([...tenant.humanChanges.values()].includes('deleted')) return;
  const beside = new Set(copies.map(({ entity, documentId }) => `${entity} ${documentId}`));
  const held = tenant.sandbox.quickbooks
    .entries()
    .filter((entry) => entry.accountName.startsWith(account) && !beside.has(`${entry.entity} ${entry.id}`))
    .reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
  if (held !== balance)
    world.violated('I5', `${account} of tenant ${tenant.number} holds ${held}, the source says ${balance}`);
}

/** Documents with a marker of ours that no posting knows. */
function checkStrangers(world: World, tenant: Tenant, { postings }: Snapshot): void {
  const known = new Map(postings.map((one) => [one.id, one.tenantId]));
  for (const [posting, live] of world.watches[tenant.number - 1]!.live) {
    if (live.size === 0) continue;
    const owner = known.get(posting);
    if (owner === undefined)
      world.violated('I3', `${posting} is in the ledger of tenant ${tenant.number} and in no store`);
    else if (owner !== tenant.id) world.violated('I10', `${posting} of ${owner} is in the ledger of ${tenant.id}`);
  }
}

/** I5: every difference is one that a person or a late request made, and each of those is shown. */
function checkDifferences(world: World, tenant: Tenant, copies: readonly Copy[], snapshot: Snapshot): void {
  const rows = snapshot.reconciliations.filter((one) => one.tenantId === tenant.id && one.differences.length > 0);
  checkCopies(world, copies, rows);
  const mayDiffer = tenant.humanChanges.size > 0 || copies.length > 0;
  const [row] = rows;
  if (row !== undefined && !mayDiffer)
    world.violated(
      'I5',
      `${row.subject} of tenant ${tenant.number} differs: source ${row.source}, ledger ${row.ledger}: ${row.differences.map((one) => `${one.kind} ${one.subject}`).join(', ')}`,
    );
  if (tenant.humanChanges.size === 0) return;
  if (row === undefined)
    world.violated('I5', `a person changed ${[...tenant.humanChanges.keys()].join(', ')} and nothing shows it`);
  else world.sometimes.note('a change by a person is shown');
}

/** I3: a second document that could not be helped is shown; one that came when the faults had ended, within a day. */
function checkCopies(world: World, copies: readonly Copy[], rows: Snapshot['reconciliations']): void {
  const { start, duration_ms } = world.swarm;
  const differences = rows.flatMap((row) => row.differences);
  const extra = new Set(differences.flatMap(({ kind, subject }) => (kind === 'extra' ? [subject] : [])));
  for (const { posting, entity, documentId, madeAt } of copies)
    if (!extra.has(documentId) && !extra.has(posting) && madeAt < start + duration_ms)
      world.violated('I3', `${entity} ${documentId} is a second document of ${posting} and nothing shows it`);
}
