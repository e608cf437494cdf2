import type { TenantId } from '../../kernel/ids.ts';

/** A data key as one key-encryption key wrapped it. */
export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

/** A tenant's data key as it is stored. */
export interface DataKeyRecord {
  readonly tenantId: TenantId;
  /** From 1; a higher one is newer. */
  readonly version: number;
  /** Any one of them opens it; several while one key-encryption key takes the place of another. */
  readonly wraps: readonly WrappedKey[];
  /** When its tenant was shredded, ms; then there are no wraps. */
  readonly destroyedAt: number | null;
}

/** A data key that was just made. */
export type NewDataKey = Omit<DataKeyRecord, 'destroyedAt'>;

/** Where wrapped data keys are kept. */
export interface DataKeyStore {
  /** The newest one, for sealing: it stays until the caller's transaction has ended. */
  newest(tenantId: TenantId): Promise<DataKeyRecord | null>;
  find(tenantId: TenantId, version: number): Promise<DataKeyRecord | null>;
  /** Keeps what is there when tenant and version are taken. Throws `vault.key_wrong` when every wrap is of a retired key. */
  /** False when it was taken. */
  addUnlessTaken(key: NewDataKey): Promise<boolean>;
}

/** As much of it as opening needs. */
export type DataKeyReader = Pick<DataKeyStore, 'find'>;

/** Where a key-encryption key is. */
export type KeyProviderKind = 'local' | 'passphrase' | 'aws-kms' | 'vault-transit';

/** A key-encryption key that sealed this installation, with a value that only this key opens. */
export interface KeyRecord {
  readonly keyId: string;
  readonly checkValue: Uint8Array;
  readonly provider: KeyProviderKind;
  /** What deriving the key needs besides the passphrase, as JSON; null for other providers. */
  readonly parameters: string | null;
  /** The installation's own secret, wrapped by this key; null until it is made. */
  readonly wrappedSecret: Uint8Array | null;
  /** Ms. */
  readonly registeredAt: number;
  /** Ms; null while it may be used. */
  readonly retiredAt: number | null;
}

/** A key-encryption key to be registered. */
export type NewKeyRecord = Pick<KeyRecord, 'keyId' | 'checkValue'> &
  Partial<Pick<KeyRecord, 'provider' | 'parameters' | 'wrappedSecret'>>;

/** Which key-encryption keys sealed this installation. */
export interface KeyRecordStore {
  /** Oldest first, retired ones included; empty also when there is no schema yet. */
  list(): Promise<readonly KeyRecord[]>;
  /** Adds the record only when there is none at all, also among processes that do so at once; answers what is there. */
  registerFirst(record: NewKeyRecord): Promise<readonly KeyRecord[]>;
}

export interface VaultStore {
  readonly dataKeys: DataKeyStore;
  readonly keyRecords: KeyRecordStore;
}
