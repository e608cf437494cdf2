import type { TenantId } from '../../kernel/ids.ts';

/** A tenant's data key as it is stored: wrapped by the key-encryption key `keyId`. */
export interface DataKeyRecord {
  readonly tenantId: TenantId;
  /** From 1; a higher one is newer. */
  readonly version: number;
  readonly wrapped: Uint8Array;
  readonly keyId: string;
}

/** Where wrapped data keys are kept. */
export interface DataKeyStore {
  /** The newest one, for sealing. */
  newest(tenantId: TenantId): Promise<DataKeyRecord | null>;
  find(tenantId: TenantId, version: number): Promise<DataKeyRecord | null>;
  /** Keeps what is there when tenant and version are taken. */
  addUnlessTaken(record: DataKeyRecord): Promise<void>;
}

/** As much of it as opening needs. */
export type DataKeyReader = Pick<DataKeyStore, 'find'>;

/** A key-encryption key that sealed this installation, with a value that only this key opens. */
export interface KeyRecord {
  readonly keyId: string;
  readonly checkValue: Uint8Array;
}

/** Which key-encryption keys sealed this installation. */
export interface KeyRecordStore {
  /** Oldest first; empty also when there is no schema yet. */
  list(): Promise<readonly KeyRecord[]>;
  /** Adds the record only when there is none at all, also among processes that do so at once; answers what is there. */
  registerFirst(record: KeyRecord): Promise<readonly KeyRecord[]>;
}

export interface VaultStore {
  readonly dataKeys: DataKeyStore;
  readonly keyRecords: KeyRecordStore;
}
