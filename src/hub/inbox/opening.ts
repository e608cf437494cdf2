import { messageOf } from '../../kernel/errors.ts';
import type { Doors } from '../doors.ts';
import { fanOut } from './fan-out.ts';
import type { InboxStore } from './store.ts';

/** The inbox is looked at this often when nobody says that something came. */
const POLL_MS = 1_000;

export interface OpeningOptions {
  /** Told when events were written, so that their connections get a turn at once. */
  readonly onEvents: () => void;
  /** Between two looks when nobody pokes; a second unless said otherwise. */
  readonly poll_ms?: number;
}

/** Opens what the inbox receives, for as long as it runs. */
export class Opening {
  readonly #doors: Doors;
  readonly #store: InboxStore;
  readonly #options: OpeningOptions;
  readonly #stop = new AbortController();
  #poked = false;
  #wake: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(doors: Doors, store: InboxStore, options: OpeningOptions) {
    this.#doors = doors;
    this.#store = store;
    this.#options = options;
  }

  get isRunning(): boolean {
    return !this.#stop.signal.aborted;
  }

  start(): void {
    this.#running = this.#loop();
  }

  /** Looks now instead of at the next poll. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopping'));
    this.#wake();
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (this.isRunning) if (await this.#isEmpty()) await this.#pause();
  }

  async #isEmpty(): Promise<boolean> {
    try {
      const taken = await fanOut(this.#doors, this.#store);
      if (taken.events > 0) this.#options.onEvents();
      return taken.empty;
    } catch (error) {
      this.#doors.log.warn('the inbox could not be opened; what was received is kept', { error: messageOf(error) });
      return true;
    }
  }

  /** Waits for the next look or a poke; a poke that came just before is not lost. */
  async #pause(): Promise<void> {
    if (!this.#poked && this.isRunning) {
      const pause = new AbortController();
      this.#wake = () => pause.abort();
      await this.#doors.clock.sleep(this.#options.poll_ms ?? POLL_MS, pause.signal).catch(() => {});
    }
    this.#poked = false;
  }
}
