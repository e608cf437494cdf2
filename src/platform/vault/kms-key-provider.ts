import type { KmsNodeClientSupplier } from '@aws-crypto/client-node';
import { isCounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { KeyProvider, WrapContext } from './key-provider.ts';
import type { KeyServiceDoors } from './key-service.ts';
import { KmsExchange } from './kms-exchange.ts';
import { misplaced, tampered } from './local-key-provider.ts';

/** A key of AWS KMS. */
export interface KmsKey {
  /** The ARN of the key itself: a message names the key that wrapped it, which an alias may not mean any more. */
  readonly arn: string;
  /** In place of the region's own address, such as an endpoint of a private network; null for that. */
  readonly endpoint: string | null;
  /** Null for what the AWS SDK finds on this machine: environment, profile, role. */
  readonly credentials: KmsCredentials | null;
}

export interface KmsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret | null;
}

/** Every message has one: more would be keys that nobody asked for. */
const MAX_ENCRYPTED_DATA_KEYS = 1;

/**
 * Wraps by the AWS Encryption SDK with a KMS keyring: the message commits to its key, and KMS itself binds it to the
 * context. The SDK is loaded at the first use, because it is larger than the rest of the product.
 */
export function kmsKeyProvider(key: KmsKey, doors: KeyServiceDoors): KeyProvider {
  const keyId = `aws-kms:${key.arn}`;
  return {
    kind: 'aws-kms',
    keyId,
    wrap: async (plain, context) => {
      const { client, keyring, exchange, suiteId } = await open(key, doors);
      try {
        const options = { plaintextLength: plain.length, encryptionContext: { ...context }, suiteId };
        const { result } = await client.encrypt(keyring, Buffer.from(plain), options);
        return new Uint8Array(result);
      } catch (error) {
        throw exchange.failure ?? error;
      }
    },
    unwrap: async (wrapped, context) => {
      const { client, keyring, exchange } = await open(key, doors);
      try {
        const { plaintext, messageHeader } = await client.decrypt(keyring, Buffer.from(wrapped));
        // The SDK proves that the context is the one of the message, not that it is ours.
        if (!isBoundTo(context, messageHeader.encryptionContext)) throw misplaced(keyId);
        return new Uint8Array(plaintext);
      } catch (error) {
        if (isCounterfoilError(error)) throw error;
        throw exchange.failure ?? tampered(keyId);
      }
    },
  };
}

async function open(key: KmsKey, doors: KeyServiceDoors) {
  const sdk = await import('@aws-crypto/client-node');
  const exchange = new KmsExchange(key.arn, doors);
  const client = sdk.buildClient({
    commitmentPolicy: sdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    maxEncryptedDataKeys: MAX_ENCRYPTED_DATA_KEYS,
  });
  const keyring = new sdk.KmsKeyringNode({
    generatorKeyId: key.arn,
    // The keyring's own description of the client is that of its second version, without `undefined`.
    clientProvider: ((region: string) =>
      new sdk.KMS({
        region,
        requestHandler: exchange,
        // The exchange tries again, by the clock that is handed in.
        maxAttempts: 1,
        ...(key.endpoint === null ? {} : { endpoint: key.endpoint }),
        ...(key.credentials === null ? {} : { credentials: plainCredentials(key.credentials) }),
      })) as unknown as KmsNodeClientSupplier,
  });
  const suiteId = sdk.AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
  return { client, keyring, exchange, suiteId };
}

function plainCredentials({ accessKeyId, secretAccessKey, sessionToken }: KmsCredentials) {
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === null ? {} : { sessionToken: sessionToken.reveal() }),
  };
}

/** Every pair of ours; the SDK adds its own. */
function isBoundTo(context: WrapContext, found: Readonly<Record<string, string>>): boolean {
  return Object.entries(context).every(([name, value]) => found[name] === value);
}
