import type { Rotation } from './rotation.ts';
import type { KeyProviderKind } from './vault-store.ts';

export interface KeyStatus {
  readonly keyId: string;
  readonly provider: KeyProviderKind;
  /** Ms. */
  readonly registeredAt: number;
  /** Ms; null while it may be used. */
  readonly retiredAt: number | null;
  /** Data keys that it opens. */
  readonly dataKeys: number;
  /**
   * `in_use`: this process seals with it. `held`: it opens what is stored. `next`: given, and a rotation may go to it.
   * `elsewhere`: valid, but this process does not have it.
   */
  readonly role: 'in_use' | 'held' | 'next' | 'elsewhere' | 'retired';
}

/** Which keys there are, what hangs on them, and how far a rotation is. */
export interface KeysStatus {
  /** Oldest first. */
  readonly keys: readonly KeyStatus[];
  readonly dataKeys: {
    readonly live: number;
    /** Of shredded tenants. */
    readonly destroyed: number;
    /** When the oldest that is used for sealing was made, ms; null when there is none. */
    readonly oldestAt: number | null;
    /** Not opened by the key in use. */
    readonly notWrapped: number;
  };
  /** The latest of each kind. */
  readonly rotations: readonly Rotation[];
}
