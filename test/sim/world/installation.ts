import { type OAuthDoors, type OAuthSettings, oauthTokenDoor } from '../../../src/hub/connections/index.ts';
import type { HubSettings, Registry } from '../../../src/hub/doors.ts';
import { Inbox, type InboxStore, Opening } from '../../../src/hub/inbox/index.ts';
import type { BooksDoors } from '../../../src/hub/mapping/index.ts';
import { pipelineTurn } from '../../../src/hub/pipeline/index.ts';
import { idMaker } from '../../../src/kernel/ids.ts';
import { type Turn, Worker, type WorkStore } from '../../../src/platform/engine/index.ts';
import { createMetrics } from '../../../src/platform/telemetry/index.ts';
import {
  type BreakerStore,
  type BudgetStore,
  createTransport,
  type Wire,
} from '../../../src/platform/transport/index.ts';
import { createVault, type DataKeyStore, type Keyring } from '../../../src/platform/vault/index.ts';
import type { Backend, OpenedStores } from '../backend.ts';
import { Chance } from '../core/chance.ts';
import type { Life } from '../core/gate.ts';
import { type Owner, ProcessClock, type Time } from '../core/time.ts';
import { NO_AUTHORISATIONS } from './authorise.ts';
import type { KeyService } from './key-service.ts';
import type { SimulatedLog } from './log.ts';

/** What all processes of an installation share, beside the store. */
export interface Shared {
  readonly seed: number;
  readonly time: Time;
  readonly backend: Backend;
  readonly registry: Registry;
  readonly budgets: BudgetStore;
  readonly breakers: BreakerStore;
  /** Puts every call of a store behind the gate, with its faults. */
  gated(process: Process, stores: OpenedStores): OpenedStores;
  /** The same for the keys of tenants. */
  gatedKeys(process: Process, keys: DataKeyStore): DataKeyStore;
  wireOf(process: Process): Wire;
  /** Told when a turn begins; answers what to call when it has ended. */
  watchTurn(process: Process, turn: Turn): Turn;
  settings(): HubSettings;
  readonly oauth: OAuthSettings;
  readonly keys: KeyService;
  readonly log: SimulatedLog;
}

export interface ProcessPlan {
  readonly name: string;
  /** Tells apart all processes that were ever started. */
  readonly incarnation: number;
  readonly slots: number;
  /** Between two looks of worker and inbox, ms. */
  readonly look_ms: number;
  readonly skew_ms: number;
}

/** One process of Counterfoil: worker, inbox and listener over the doors that a simulation gives it. */
export class Process implements Life, Owner {
  readonly id: string;
  readonly name: string;
  readonly incarnation: number;
  /** Simulated time. */
  readonly startedAt: number;
  readonly doors: BooksDoors;
  readonly oauth: OAuthDoors;
  readonly stores: OpenedStores;
  readonly keyring: Keyring;
  readonly dataKeys: DataKeyStore;
  readonly inbox: Inbox;
  /** Rejects when it dies: what waits for it from outside learns of it. */
  readonly death: Promise<never>;
  readonly #worker: Worker;
  readonly #opening: Opening;
  readonly #clock: ProcessClock;
  #alive = true;
  #frozenUntil = 0;
  readonly #time: Time;
  #die: (error: Error) => void = () => {};

  constructor(shared: Shared, plan: ProcessPlan) {
    this.name = plan.name;
    this.incarnation = plan.incarnation;
    this.startedAt = shared.time.now();
    this.death = new Promise<never>((_, reject) => {
      this.#die = reject;
    });
    this.death.catch(() => {});
    const id = `${plan.name}.${plan.incarnation}`;
    this.id = id;
    const random = new Chance(shared.seed, `process ${id}`);
    this.#time = shared.time;
    this.#clock = new ProcessClock(shared.time, this);
    this.#clock.skew_ms = plan.skew_ms;
    const clock = this.#clock;
    const makeId = idMaker(clock, random);
    this.keyring = shared.keys.keyring(random);
    this.dataKeys = shared.gatedKeys(this, shared.backend.vaultStore.dataKeys);
    const vault = createVault({ keyProvider: this.keyring, store: this, random, clock });
    this.stores = shared.gated(this, shared.backend.open({ makeId, vault, clock }));
    const { connections, grants, mapping, inbox, work, stores } = this.stores;
    const log = shared.log.of(id);
    const doors = {
      connections,
      mapping,
      vault,
      registry: shared.registry,
      clock,
      random,
      makeId,
      log,
      metrics: createMetrics(),
      settings: shared.settings(),
      transport: createTransport({
        clock,
        random,
        budgets: shared.budgets,
        breakers: shared.breakers,
        calls: { append: async () => {} },
        wire: shared.wireOf(this),
      }),
    };
    this.oauth = { work: doors, authorisations: NO_AUTHORISATIONS, grants, oauth: shared.oauth };
    this.doors = { ...doors, tokens: oauthTokenDoor(this.oauth, id) };
    const turn = shared.watchTurn(this, pipelineTurn(this.doors, stores));
    const { slots, look_ms } = plan;
    this.#worker = new Worker(
      { store: work as WorkStore, clock, random, log },
      { owner: id, slots, poll_ms: look_ms },
      turn,
    );
    this.#opening = new Opening(this.doors, inbox as InboxStore, {
      onEvents: () => this.#worker.poke(),
      poll_ms: look_ms,
    });
    this.inbox = new Inbox(this.doors, inbox, () => this.#opening.poke());
  }

  isAlive(): boolean {
    return this.#alive;
  }

  isFrozen(): boolean {
    return this.#frozenUntil > this.#time.now();
  }

  frozenUntil(): number {
    return this.#frozenUntil;
  }

  /** Stands still for a while, as a suspended machine does: it has not died, and does not know. */
  freeze(ms: number): void {
    this.#frozenUntil = this.#time.now() + ms;
    // Somebody has to look again when it is over.
    this.#time.after(ms, () => {});
  }

  start(): void {
    this.#worker.start();
    this.#opening.start();
  }

  /** As by SIGKILL: nothing of it goes on. */
  kill(): void {
    this.#alive = false;
    this.#die(new Error(`${this.name} was killed`));
  }
}
