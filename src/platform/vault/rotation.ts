import type { Id } from '../../kernel/ids.ts';

export type RotationKind = 'key_encryption_key' | 'data_keys';

/** A rotation as it is stored, so that whoever comes next goes on with it. */
export interface Rotation {
  readonly id: Id<'job'>;
  readonly kind: RotationKind;
  /** The key-encryption key that it goes to; null for data keys. */
  readonly keyId: string | null;
  /** Data keys to wrap, or values to seal anew. */
  readonly total: number;
  readonly done: number;
  /** What could not be opened and was left as it is. */
  readonly unreadable: number;
  /** Ms. */
  readonly startedAt: number;
  /** Ms; null while it is under way. */
  readonly finishedAt: number | null;
}

export interface RotationRun {
  /** Stops between two batches; the next run goes on. */
  readonly signal: AbortSignal;
  onProgress(rotation: Rotation): void;
}
