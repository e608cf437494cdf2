import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type KeyServer, type KeyServerAnswer, keyServer } from './key-server.ts';

/** An AWS KMS with symmetric keys: real AES-256-GCM, and requests that are signed with Signature Version 4. */
export interface KmsServer extends KeyServer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Makes a key and answers its ARN. */
  addKey(): string;
  /** Gives the key new material; what the old one wrapped is still opened, as KMS does. */
  rotate(arn: string): void;
  disable(arn: string): void;
  /** Takes the permission to use the key away. */
  deny(arn: string): void;
  /** Version of the material that wrapped a data key, from 1. */
  versionOf(ciphertextBlob: Uint8Array): number;
}

interface Key {
  readonly versions: Buffer[];
  state: 'enabled' | 'disabled' | 'denied';
}

const REGION = 'eu-west-1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

class Refusal extends Error {
  readonly type: string;
  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

export async function kmsServer(): Promise<KmsServer> {
  const keys = new Map<string, Key>();
  const accessKeyId = `AKIA${randomBytes(8).toString('hex').toUpperCase()}`;
  const secretAccessKey = randomBytes(30).toString('base64');
  const keyOf = (arn: string): Key => {
    const key = keys.get(arn);
    if (!key) throw new Refusal('NotFoundException');
    if (key.state === 'denied') throw new Refusal('AccessDeniedException');
    if (key.state === 'disabled') throw new Refusal('DisabledException');
    return key;
  };
  const encrypt = (arn: string, plain: Buffer, context: Context): string => {
    const { versions } = keyOf(arn);
    const header = Buffer.concat([Buffer.from(arn.slice(-ID_BYTES), 'latin1'), Buffer.of(versions.length)]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', versions.at(-1)!, nonce);
    cipher.setAAD(Buffer.concat([header, aadOf(context)]));
    return Buffer.concat([header, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
  };
  const decrypt = (arn: string | undefined, blob: Buffer, context: Context): { arn: string; plain: Buffer } => {
    const id = blob.subarray(0, ID_BYTES).toString('latin1');
    const found = [...keys.keys()].find((one) => one.endsWith(id));
    if (!found) throw new Refusal('InvalidCiphertextException');
    if (arn !== undefined && arn !== found)
      throw new Refusal(keys.has(arn) ? 'IncorrectKeyException' : 'NotFoundException');
    const { versions } = keyOf(found);
    const material = versions[blob[ID_BYTES]! - 1];
    if (!material) throw new Refusal('InvalidCiphertextException');
    const at = ID_BYTES + 1;
    const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(at, at + NONCE_BYTES));
    decipher.setAAD(Buffer.concat([blob.subarray(0, at), aadOf(context)]));
    decipher.setAuthTag(blob.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(blob.subarray(at + NONCE_BYTES, -TAG_BYTES));
      return { arn: found, plain: Buffer.concat([text, decipher.final()]) };
    } catch {
      throw new Refusal('InvalidCiphertextException');
    }
  };
  const answer = (request: IncomingMessage, body: string): KeyServerAnswer => {
    try {
      checkSignature(request, body, accessKeyId, secretAccessKey);
      const asked = JSON.parse(body) as Asked;
      const context = asked.EncryptionContext ?? {};
      switch (request.headers['x-amz-target']) {
        case 'TrentService.GenerateDataKey': {
          const plain = randomBytes(asked.NumberOfBytes!);
          const blob = encrypt(asked.KeyId!, plain, context);
          return ok({ KeyId: asked.KeyId, Plaintext: plain.toString('base64'), CiphertextBlob: blob });
        }
        case 'TrentService.Encrypt': {
          const blob = encrypt(asked.KeyId!, Buffer.from(asked.Plaintext!, 'base64'), context);
          return ok({ KeyId: asked.KeyId, CiphertextBlob: blob });
        }
        case 'TrentService.Decrypt': {
          const { arn, plain } = decrypt(asked.KeyId, Buffer.from(asked.CiphertextBlob!, 'base64'), context);
          return ok({ KeyId: arn, Plaintext: plain.toString('base64') });
        }
        default:
          throw new Refusal('UnknownOperationException');
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 400, body: { __type: error.type, message: 'refused' } };
    }
  };
  const server = await keyServer({
    contentType: 'application/x-amz-json-1.1',
    throttled: { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } },
    answer,
  });
  return Object.assign(server, {
    region: REGION,
    accessKeyId,
    secretAccessKey,
    addKey: () => {
      const arn = `arn:aws:kms:${REGION}:111122223333:key/${crypto.randomUUID()}`;
      keys.set(arn, { versions: [randomBytes(32)], state: 'enabled' });
      return arn;
    },
    rotate: (arn: string) => void keyOf(arn).versions.push(randomBytes(32)),
    disable: (arn: string) => {
      keyOf(arn).state = 'disabled';
    },
    deny: (arn: string) => {
      keyOf(arn).state = 'denied';
    },
    versionOf: (blob: Uint8Array) => {
      const whole = Buffer.from(blob);
      const ids = [...keys.keys()].map((arn) => whole.indexOf(arn.slice(-ID_BYTES), whole.indexOf(arn) + arn.length));
      return whole[Math.max(...ids) + ID_BYTES]!;
    },
  });
}

type Context = Readonly<Record<string, string>>;

interface Asked {
  readonly KeyId?: string;
  readonly EncryptionContext?: Context;
  readonly NumberOfBytes?: number;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

function ok(body: object): KeyServerAnswer {
  return { status: 200, body };
}

function aadOf(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))), 'utf8');
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** Signature Version 4 as the documentation of AWS describes it: "Create a signed AWS API request", November 2026. */
function checkSignature(request: IncomingMessage, body: string, accessKeyId: string, secret: string): void {
  const found = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (!found) throw new Refusal('IncompleteSignatureException');
  const [, id, day, region, names, signature] = found as unknown as [string, string, string, string, string, string];
  if (id !== accessKeyId) throw new Refusal('UnrecognizedClientException');
  const signedNames = names.split(';');
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => signedNames.includes(name)))
    throw new Refusal('InvalidSignatureException');
  const headers = signedNames.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  const canonical = [request.method, request.url, '', headers.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/kms/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, sha256(canonical)].join('\n');
  const key = [day, region, 'kms', 'aws4_request'].reduce<Buffer>(
    (one, part) => hmac(one, part),
    Buffer.from(`AWS4${secret}`),
  );
  if (!timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex')))
    throw new Refusal('InvalidSignatureException');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
