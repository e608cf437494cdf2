export {
  type CredentialPlace,
  deleteCredential,
  deleteCredentials,
  loadCredential,
  storeCredential,
} from './credentials.ts';
export type { KeyProvider, WrapContext } from './key-provider.ts';
export { localApiToken } from './local-api-token.ts';
export { type LocalKeyProvider, localKeyProvider } from './local-key-provider.ts';
export type { MasterKey } from './master-key.ts';
export { type MasterKeySources, openMasterKey } from './open-master-key.ts';
export { createVault, type SealedPlace, type SealedValue, type Vault, type VaultOptions } from './vault.ts';
export { dataKeysIn, type InTransaction, pgKeyRecords, pgVaultStore } from './vault-store.pg.ts';
export type {
  DataKeyReader,
  DataKeyRecord,
  DataKeyStore,
  KeyRecord,
  KeyRecordStore,
  VaultStore,
} from './vault-store.ts';
export { checkKey, type KeyCheck, type KeyStanding, verifyKey } from './verify-key.ts';
