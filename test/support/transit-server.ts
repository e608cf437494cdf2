import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type KeyServer, type KeyServerAnswer, keyServer } from './key-server.ts';

/** The transit engine of a HashiCorp Vault: named keys with versions, real AES-256-GCM, a token that is asked for. */
export interface TransitServer extends KeyServer {
  readonly token: string;
  addKey(name: string): void;
  /** Gives the key a new version; older ones still open what they wrapped. */
  rotate(name: string): void;
  /** Versions below this one open nothing any more. */
  allowFrom(name: string, version: number): void;
  /** Takes the permission for the key from the token. */
  deny(name: string): void;
  /** Seals the whole server, as after its restart. */
  seal(): void;
}

interface Key {
  readonly versions: Buffer[];
  allowedFrom: number;
  isDenied: boolean;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PATH = /^\/v1\/transit\/(encrypt|decrypt|rewrap)\/([\w.-]+)$/;
const CIPHERTEXT = /^vault:v(\d+):(.+)$/;

export async function transitServer(): Promise<TransitServer> {
  const keys = new Map<string, Key>();
  const token = `hvs.${randomBytes(18).toString('base64url')}`;
  let isSealed = false;

  const encrypt = ({ versions }: Key, plain: Buffer, aad: Buffer): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', versions.at(-1)!, nonce);
    cipher.setAAD(aad);
    const whole = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return `vault:v${versions.length}:${whole.toString('base64')}`;
  };
  const decrypt = (key: Key, text: string, aad: Buffer): Buffer | string => {
    const [, version, encoded] = CIPHERTEXT.exec(text) ?? [];
    const material = key.versions[Number(version) - 1];
    if (!material || !encoded) return 'invalid ciphertext: no prefix';
    if (Number(version) < key.allowedFrom) return 'ciphertext or signature version is disallowed by policy (too old)';
    const whole = Buffer.from(encoded, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', material, whole.subarray(0, NONCE_BYTES));
    decipher.setAAD(aad);
    decipher.setAuthTag(whole.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(whole.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return 'cipher: message authentication failed';
    }
  };
  const answer = (request: IncomingMessage, body: string): KeyServerAnswer => {
    if (isSealed) return failed(503, 'Vault is sealed');
    const [, operation, name] = PATH.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || !operation || !name) return failed(404, `no handler for route "${request.url}"`);
    const key = keys.get(name);
    if (request.headers['x-vault-token'] !== token || key?.isDenied) return failed(403, 'permission denied');
    if (!key) return failed(400, 'encryption key not found');
    const asked = JSON.parse(body) as { plaintext?: string; ciphertext?: string; associated_data?: string };
    const aad = Buffer.from(asked.associated_data ?? '', 'base64');
    if (operation === 'encrypt') return ok({ ciphertext: encrypt(key, Buffer.from(asked.plaintext!, 'base64'), aad) });
    const plain = decrypt(key, asked.ciphertext ?? '', aad);
    if (typeof plain === 'string') return failed(400, plain);
    return ok(
      operation === 'decrypt' ? { plaintext: plain.toString('base64') } : { ciphertext: encrypt(key, plain, aad) },
    );
  };
  const server = await keyServer({
    contentType: 'application/json',
    throttled: { status: 429, body: { errors: ['request path "transit/decrypt": rate limit quota exceeded'] } },
    answer,
  });
  return Object.assign(server, {
    token,
    addKey: (name: string) => void keys.set(name, { versions: [randomBytes(32)], allowedFrom: 1, isDenied: false }),
    rotate: (name: string) => void keys.get(name)!.versions.push(randomBytes(32)),
    allowFrom: (name: string, version: number) => {
      keys.get(name)!.allowedFrom = version;
    },
    deny: (name: string) => {
      keys.get(name)!.isDenied = true;
    },
    seal: () => {
      isSealed = true;
    },
  });
}

function ok(data: object): KeyServerAnswer {
  return { status: 200, body: { request_id: 'sandbox', data } };
}

function failed(status: number, ...errors: readonly string[]): KeyServerAnswer {
  return { status, body: { errors } };
}
