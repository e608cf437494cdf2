import type { Secret } from '../../kernel/secret.ts';
import type { KmsCredentials } from './kms-key-provider.ts';

interface Given {
  readonly secret: Secret;
  /** Where it was given, for messages. */
  readonly origin: string;
}

/** Where a process takes a key-encryption key from. */
export type KeySource =
  /** None given: a file in the data directory. */
  | { readonly kind: 'local'; readonly given: Given | undefined }
  | { readonly kind: 'passphrase'; readonly given: Given }
  | {
      readonly kind: 'aws-kms';
      readonly arn: string;
      readonly endpoint: string | null;
      readonly credentials: KmsCredentials | null;
    }
  | {
      readonly kind: 'vault-transit';
      readonly url: string;
      readonly mount: string;
      readonly key: string;
      readonly namespace: string | null;
      readonly token: Secret;
    };
