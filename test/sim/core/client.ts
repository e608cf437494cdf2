import type { Life } from './gate.ts';
import type { Owner } from './time.ts';

/** A process, as the network sees it. */
export interface Client extends Life, Owner {
  /** Tells apart all processes that were ever started. */
  readonly id: string;
}
