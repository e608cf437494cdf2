export {
  type CredentialPlace,
  deleteCredential,
  deleteCredentials,
  loadCredential,
  SEALED_CREDENTIALS,
  storeCredential,
} from './credentials.ts';
export { derivedPassword } from './derived-password.ts';
export { installationSecret } from './installation-secret.ts';
export { createKeyAdmin, type KeyAdmin, type KeyRotationResult, type RotateRequest } from './key-admin.ts';
export type { KeyChange, RecordKeyChange } from './key-change.ts';
export type { KeyProvider, WrapContext } from './key-provider.ts';
export { type InTransaction, pgKeyRecords } from './key-records.pg.ts';
export type { KeySource } from './key-source.ts';
export type { KeyStatus, KeysStatus } from './key-status.ts';
export { type Keyring, keyringOf } from './keyring.ts';
export { localApiToken } from './local-api-token.ts';
export { localKeyProvider } from './local-key-provider.ts';
export type { MasterKey } from './master-key.ts';
export { type OpenedKey, type OpenedKeys, openKeys } from './open-keys.ts';
export { type MasterKeySources, masterKeyPath, openMasterKey } from './open-master-key.ts';
export { assertOpensEverything } from './opens-everything.pg.ts';
export { createPrivateFile } from './private-file.ts';
export type { Rotation, RotationKind, RotationRun } from './rotation.ts';
export type { SealedTable } from './sealed-table.ts';
export { countShreddable, type Shredded, shredDataKeys } from './shred.pg.ts';
export { createVault, type SealedPlace, type SealedValue, type Vault, type VaultOptions } from './vault.ts';
export { dataKeyReaderIn, dataKeysIn, pgVaultStore } from './vault-store.pg.ts';
export type {
  DataKeyReader,
  DataKeyRecord,
  DataKeyStore,
  KeyRecord,
  KeyRecordStore,
  VaultStore,
} from './vault-store.ts';
export { checkKey, type KeyCheck, type KeyStanding, verifyKey } from './verify-key.ts';
export { whileRotating } from './while-rotating.ts';
