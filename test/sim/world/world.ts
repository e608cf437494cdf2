import { registry } from '../../../src/connectors/registry.ts';
import { addAppEndpoint } from '../../../src/hub/connections/index.ts';
import type { HubSettings } from '../../../src/hub/doors.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import type { Turn } from '../../../src/platform/engine/index.ts';
import { memoryBreakers, memoryBudgets } from '../../../src/platform/transport/index.ts';
import type { Backend, OpenedStores } from '../backend.ts';
import { Chance } from '../core/chance.ts';
import { type Done, Gate, type Life } from '../core/gate.ts';
import { Time } from '../core/time.ts';
import { brief, Trace } from '../core/trace.ts';
import type { Sometimes } from '../goals.ts';
import { LedgerWatch } from '../ledger-watch.ts';
import { Observers } from '../observers.ts';
import type { KeyRotation } from '../store/keys.ts';
import { type Faults, NO_FAULTS, type Swarm } from '../swarm.ts';
import { TokenWatch } from '../token-watch.ts';
import { Violation } from '../violation.ts';
import { Arrivals } from './arrivals.ts';
import { appOf, withQuickKeepAlive } from './authorise.ts';
import { type GatedDoors, gatedStore, gatedStores, type StoreFate } from './gated.ts';
import { Process, type Shared } from './installation.ts';
import { KeyService } from './key-service.ts';
import { SimulatedLog } from './log.ts';
import { Mailroom } from './mailroom.ts';
import { Network } from './network.ts';
import { settingsOf, type WorldOptions } from './options.ts';
import { ProviderTokens } from './provider-tokens.ts';
import { isFailedForKeys, tokenCallOf } from './seen.ts';
import { makeTenant, misbehave, NUMBERED, type Provider, type Tenant, VERIFIER } from './tenant.ts';
import { watchedBreakers, watchedBudgets } from './watched.ts';

/** Steps without coming to an end: something goes round for ever. */
const MAX_STEPS = 400_000;
/** A due connection waits so long at most: the looks of a worker, and the slow turns of others before it. */
const SERVED_WITHIN_MS = 45 * 60_000;
/** Between two looks of worker and inbox while there are faults, and afterwards. */
const LOOK_MS = 10 * 60_000;
const HEALED_LOOK_MS = 15_000;
const HEALED = { poll_ms: 5 * 60_000, compare_ms: 9 * 60_000 };

/** An installation of Counterfoil with its tenants, their providers, and everything between them. */
export class World {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly time: Time;
  readonly trace: Trace;
  readonly backend: Backend;
  readonly sometimes: Sometimes;
  readonly observers: Observers;
  readonly network: Network;
  readonly tenants: readonly Tenant[];
  readonly watches: readonly LedgerWatch[];
  readonly arrivals: Arrivals;
  readonly keys: KeyService;
  /** Where keys can be exchanged. */
  readonly rotation: KeyRotation | undefined;
  readonly tokenWatch: TokenWatch;
  /** Tenants whose owners do nothing at the moment, whatever they had in mind. */
  readonly ownersAway = new Set<Tenant>();
  readonly #providerTokens: readonly ProviderTokens[];
  readonly #gate: Gate;
  readonly #shared: Shared;
  readonly #options: WorldOptions;
  readonly #crashes: Chance;
  readonly #stores: Chance;
  readonly #arrivals: Chance;
  readonly #clocks: Chance;
  readonly #gatedDoors: GatedDoors = { gate: () => this.#gate, fate: (life) => this.#storeFate(life) };
  #processes: Process[] = [];
  #started = 0;
  #faults: Faults = NO_FAULTS;
  #isHealed = false;
  #storeAwayUntil = 0;
  #violation: Violation | null = null;
  #ticking = new Set<Tenant>();
  readonly #tokens = new Map<string, Tenant>();

  constructor(options: WorldOptions) {
    const { seed, swarm, backend, sometimes } = options;
    this.#options = options;
    this.seed = seed;
    this.swarm = swarm;
    this.backend = backend;
    this.sometimes = sometimes;
    this.time = new Time(swarm.start);
    this.trace = new Trace(options.keepTrace ?? 0);
    this.#crashes = new Chance(seed, 'crashes');
    this.#stores = new Chance(seed, 'stores');
    this.#arrivals = new Chance(seed, 'arrivals');
    this.#clocks = new Chance(seed, 'clocks');
    this.arrivals = new Arrivals({
      mailroom: new Mailroom(new Chance(seed, 'mailroom'), () => this.#faults, sometimes),
      sometimes,
      listener: () => this.anyProcess(),
      now: this.time.now,
      around: options.sabotage?.receive,
    });
    const violated = (invariant: string, detail: string) => this.violated(invariant, detail);
    this.observers = new Observers({ sometimes, violated, clocksAgree: swarm.faults.wrongClock === 0 });
    this.#gate = new Gate(new Chance(seed, 'schedule'), {
      diesBefore: (life, tag) => this.#dies(life, tag, 'before'),
      diesAfter: (life, tag) => this.#dies(life, tag, 'after'),
      kill: (life) => this.kill(life as Process),
      done: (done) => this.#see(done),
    });
    this.network = new Network({
      time: this.time,
      gate: () => this.#gate,
      chance: new Chance(seed, 'network'),
      faults: () => this.#faults,
      sometimes,
      ownerOf: (token) => this.#tokens.get(token),
      violated,
      done: (tenant, provider) => this.#providerDid(tenant, provider),
      tokens: () => this.tokenWatch,
    });
    this.tenants = swarm.tenants.map((plan, index) =>
      makeTenant({
        seed,
        number: index + 1,
        plan,
        faults: swarm.faults,
        now: this.time.now,
        send: (request) => this.arrivals.deliver(request),
      }),
    );
    this.#providerTokens = this.tenants.map(
      (tenant) =>
        new ProviderTokens(tenant.sandbox.quickbooks, this.time.now, (token) => this.#tokens.set(token, tenant)),
    );
    this.tokenWatch = new TokenWatch({
      sometimes,
      violated,
      now: this.time.now,
      clocksAgree: swarm.faults.wrongClock === 0,
      provider: (tenantId) => this.#providerTokens[this.tenants.findIndex((one) => one.id === tenantId)]!,
    });
    this.keys = new KeyService(this.time.now, sometimes);
    this.watches = this.tenants.map((tenant) => new LedgerWatch(tenant));
    for (const tenant of this.tenants) this.#nameTokens(tenant);
    const shared: Shared = {
      seed,
      time: this.time,
      backend,
      registry: withQuickKeepAlive(options.sabotage?.registry ?? registry),
      budgets: watchedBudgets(memoryBudgets(this.time), sometimes),
      breakers: watchedBreakers(memoryBreakers(this.time), sometimes),
      gated: (process, stores) => this.#gated(process, stores),
      gatedKeys: (process, keys) => gatedStore(this.#gatedDoors, process, 'keys', keys),
      wireOf: (process) => this.network.wireOf(process),
      watchTurn: (process, turn) => this.#watched(process, turn),
      settings: () => this.#settings(),
      oauth: appOf(this.tenants[0]!).settings,
      keys: this.keys,
      log: new SimulatedLog((detail) => this.violated('a turn ends with an error that nobody knows', detail)),
    };
    this.#shared = options.sabotage?.shared?.(shared) ?? shared;
    this.rotation = this.#shared.backend.rotation;
  }

  get steps(): number {
    return this.#gate.steps;
  }

  violated(invariant: string, detail: string): void {
    this.#violation ??= new Violation(invariant, detail);
  }

  /** Starts every process of the installation, without wrong clocks at first. */
  start(): void {
    for (let index = 0; index < this.swarm.processes; index += 1) this.#startProcess(`p${index}`);
  }

  aliveProcesses(): readonly Process[] {
    return this.#processes.filter((one) => one.isAlive());
  }

  /** A process to act through: one that is alive. */
  anyProcess(): Process | null {
    const alive = this.#processes.filter((one) => one.isAlive());
    return alive.length === 0 ? null : this.#arrivals.pick(alive);
  }

  /** Faults begin. */
  misbehave(): void {
    this.#faults = this.swarm.faults;
    for (const tenant of this.tenants) misbehave(tenant, this.#faults);
  }

  /** Faults end: the network, the store and the providers are well, and everything is started anew. */
  heal(): void {
    this.#faults = NO_FAULTS;
    this.#isHealed = true;
    this.#storeAwayUntil = 0;
    this.keys.heal();
    for (const tenant of this.tenants) {
      misbehave(tenant, NO_FAULTS);
      tenant.awayUntil.clear();
      tenant.sandbox.quickbooks.setClosingDate(null);
    }
    for (const process of this.#processes) if (process.isAlive()) process.kill();
    this.#processes = [];
    this.start();
  }

  kill(process: Process): void {
    if (!process.isAlive()) return;
    const { id } = process;
    if (this.observers.hasLease(id)) this.sometimes.note('a process dies while it has a lease');
    process.kill();
    this.observers.died(id);
    if (this.#processes.every((one) => !one.isAlive())) this.sometimes.note('all processes are dead');
    this.time.after(this.#crashes.between(500, 120_000), () => {
      if (this.#isHealed) return;
      this.#processes = this.#processes.filter((one) => one !== process);
      this.#startProcess(process.name);
    });
  }

  /** Something outside of the product that takes real time: it waits for its turn like everything else. */
  act<T>(process: Process, tag: string, run: () => Promise<T>): Promise<T> {
    return this.#gate.call(process, tag, run);
  }

  storeGoesAway(ms: number): void {
    this.#storeAwayUntil = this.time.now() + ms;
    this.sometimes.note('the store is away');
  }

  /** Runs until `until`, or until `isDone` says so when nothing moves. Throws the first {@link Violation}. */
  async run(until: number, isDone: () => boolean = () => false): Promise<void> {
    for (;;) {
      if (await this.#gate.turn()) {
        this.#assertKept();
        continue;
      }
      this.#assertKept();
      if (isDone()) return;
      if (this.#deliverDue()) continue;
      this.#assertServed();
      if (!this.time.advance(Math.min(until, this.#nextDelivery()))) {
        if (this.time.now() >= until) return;
      }
    }
  }

  /** Runs until `work` has ended, however long it takes. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const over = work.finally(() => {
      ended = true;
    });
    over.catch(() => {});
    await this.run(Number.MAX_SAFE_INTEGER, () => ended);
    return over;
  }

  #assertKept(): void {
    if (this.#violation !== null) throw this.#violation;
    if (this.#gate.steps > MAX_STEPS) throw new Violation('I14', `no end after ${MAX_STEPS} steps`);
  }

  /** I16: whatever others do, a connection that is due and free gets its turn while anybody is there to give it. */
  #assertServed(): void {
    const { backend, swarm } = this;
    if (backend.waiting === undefined || swarm.faults.wrongClock > 0) return;
    const now = this.time.now();
    const isServed = this.#processes.some(
      (one) => one.isAlive() && now - Math.max(one.startedAt, one.frozenUntil()) > SERVED_WITHIN_MS,
    );
    if (!isServed || now - this.#storeAwayUntil < SERVED_WITHIN_MS) return;
    const starved = backend.waiting(now - SERVED_WITHIN_MS);
    if (starved !== null) this.violated('I16', `${starved} has waited for ${SERVED_WITHIN_MS / 60_000} minutes`);
  }

  #startProcess(name: string): void {
    const isWrong = this.#clocks.happens(this.#faults.wrongClock);
    if (isWrong) this.sometimes.note('a clock is wrong');
    const process = new Process(this.#shared, {
      name,
      incarnation: this.#started++,
      slots: this.swarm.slots,
      look_ms: this.#isHealed ? HEALED_LOOK_MS : LOOK_MS,
      skew_ms: isWrong ? this.#clocks.between(-3_600_000, 3_600_000) : 0,
    });
    this.#processes.push(process);
    process.start();
  }

  #settings(): HubSettings {
    return settingsOf(this.#isHealed ? HEALED : this.swarm);
  }

  #nameTokens(tenant: Tenant): void {
    const { stripe, btcpay } = tenant.sandbox;
    this.#tokens.set(stripe.settings.apiKey, tenant);
    this.#tokens.set(btcpay.settings.apiKey, tenant);
  }

  #gated(process: Process, stores: OpenedStores): OpenedStores {
    const sabotaged = this.#options.sabotage?.stores?.(stores, this.seed) ?? stores;
    return gatedStores(this.#gatedDoors, process, sabotaged);
  }

  #storeFate(_life: Life): StoreFate {
    if (this.#storeAwayUntil > this.time.now()) return 'fails_before';
    if (!this.#stores.happens(this.#faults.storeFailure)) return 'works';
    const isAfter = this.#stores.happens(0.5);
    this.sometimes.note(isAfter ? 'the store fails after its work' : 'the store fails before its work');
    return isAfter ? 'fails_after' : 'fails_before';
  }

  #watched(process: Process, turn: Turn): Turn {
    return async (lease, signal) => {
      const ends = this.observers.turnBegins(process.id, lease);
      signal.addEventListener('abort', () => this.sometimes.note('a turn loses its lease'), { once: true });
      try {
        const next = await turn(lease, signal);
        if ((next.failures ?? 0) > 0) this.sometimes.note('a turn fails');
        return next;
      } finally {
        ends();
      }
    };
  }

  #dies(life: Life, tag: string, when: 'before' | 'after'): boolean {
    if (!(life instanceof Process)) return false;
    const { crash, crashAtLedger } = this.#faults;
    const isLedgerWrite = / quickbooks POST /.test(tag);
    const rate = crash / 2 + (isLedgerWrite ? crashAtLedger / 2 : 0);
    if (!this.#crashes.happens(rate)) return false;
    this.sometimes.note(when === 'before' ? 'a process dies before a call' : 'a process dies after a call');
    if (when === 'after' && isLedgerWrite)
      this.sometimes.note('a process dies between a write to the ledger and its answer');
    if (when === 'after' && tag === 'inbox.save')
      this.sometimes.note('a process dies between a delivery and its answer');
    return true;
  }

  #see(done: Done): void {
    const { life, tag, outcome, failed } = done;
    this.trace.add(`${this.time.now()} ${life.name} ${tag} ${failed ? 'failed' : brief(outcome)}`);
    this.observers.see(done);
    const call = tokenCallOf(done);
    if (call !== null) this.tokenWatch.see(tag, call);
    if (isFailedForKeys(done)) this.violated('keys are exchanged without loss', `${life.name} ${tag}: ${outcome}`);
  }

  #providerDid(tenant: Tenant, provider: Provider): void {
    if (provider !== 'quickbooks') return;
    const watch = this.watches[tenant.number - 1]!;
    for (const posting of watch.look()) {
      const live = watch.live.get(posting);
      const [entity] = ([...(live ?? [])][0] ?? '').split(' ');
      if (live !== undefined && live.size > 1 + this.excusedCopies(tenant, posting, entity!))
        this.violated('I3', `${posting} has ${live.size} live documents: ${[...live].join(', ')}`);
    }
  }

  /**
   * How many documents a posting may have beside its first. Nobody but the ledger can refuse a second one: while a
   * request is on its way no look-up sees it, and QuickBooks does not say how long it knows a key. The hub sends again
   * for an hour, here keys are forgotten within ten minutes and requests carried out up to twenty late. So where no
   * number is enforced, each request that lands late may make one more.
   */
  excusedCopies(tenant: Tenant, posting: string, entity: string): number {
    if (this.swarm.faults.keyRetention_ms === null) return 0;
    if (tenant.plan.enforcesNumbers && NUMBERED.has(entity)) return 0;
    return this.network.lateCreates(posting);
  }

  /** Everything that is due at the senders of webhooks. */
  #deliverDue(): boolean {
    let began = false;
    for (const tenant of this.tenants) {
      const { sender } = tenant.sandbox;
      const dueAt = this.#ticking.has(tenant) ? null : sender.nextDueAt();
      if (dueAt === null || dueAt > this.time.now()) continue;
      this.#ticking.add(tenant);
      began = true;
      void sender.tick().finally(() => this.#ticking.delete(tenant));
    }
    return began;
  }

  #nextDelivery(): number {
    const due = this.tenants.map((tenant) => (this.#ticking.has(tenant) ? null : tenant.sandbox.sender.nextDueAt()));
    return Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY));
  }

  /** Gives the app its one address for the notifications of all companies. */
  async openAppEndpoint(process: Process): Promise<void> {
    const made = await addAppEndpoint(process.doors, this.tenants[0]!.id, 'quickbooks', new Secret(VERIFIER));
    for (const { sandbox } of this.tenants)
      sandbox.quickbooksWebhooks.setEndpoint({ url: made.url, verifierToken: VERIFIER, format: 'cloudEvents' });
  }
}
