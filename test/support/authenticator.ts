import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type Cbor, cbor } from './cbor.ts';

/** What is otherwise than an honest browser and authenticator would have it. */
export interface Odd {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly counter?: number;
  /** Whether the person was verified; true when left out. */
  readonly verified?: boolean;
  readonly crossOrigin?: boolean;
  readonly signature?: (signature: Buffer) => Buffer;
  readonly userHandle?: string;
}

interface Page {
  readonly challenge: string;
  readonly rpId: string;
  readonly origin: string;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** A browser with an authenticator in software, by WebAuthn Level 3: ES256, a counter, no attestation. */
export class Authenticator {
  readonly #key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly credentialId: Buffer;
  counter: number;
  #userHandle = '';

  constructor(counter = 0, credentialId = randomBytes(32)) {
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.credentialId = credentialId;
    this.counter = counter;
  }

  /** `navigator.credentials.create`, as `toJSON` writes it. */
  create(page: Page & { readonly userId: string }, odd: Odd = {}) {
    this.#userHandle = page.userId;
    const authData = Buffer.concat([this.#data(page, odd, HAS_CREDENTIAL), this.#credential()]);
    const attestation = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return this.#json({
      clientDataJSON: clientData('webauthn.create', page, odd).toString('base64url'),
      attestationObject: cbor(attestation).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get`; counts up when it counts at all. */
  get(page: Page, odd: Odd = {}) {
    if (this.counter > 0) this.counter += 1;
    const data = clientData('webauthn.get', page, odd);
    const authData = this.#data(page, odd, 0);
    const signed = sign('sha256', Buffer.concat([authData, sha256(data)]), this.#key.privateKey);
    return this.#json({
      clientDataJSON: data.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: (odd.signature?.(signed) ?? signed).toString('base64url'),
      userHandle: odd.userHandle ?? (this.#userHandle || undefined),
    });
  }

  #json<R extends object>(response: R) {
    const id = this.credentialId.toString('base64url');
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {}, response };
  }

  #data(page: Page, { rpId = page.rpId, counter = this.counter, verified = true }: Odd, more: number): Buffer {
    const rest = Buffer.alloc(5);
    rest[0] = PRESENT | (verified ? VERIFIED : 0) | more;
    rest.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), rest]);
  }

  /** AAGUID, id and COSE key (RFC 9053, 7.1.1). */
  #credential(): Buffer {
    const { x, y } = this.#key.publicKey.export({ format: 'jwk' });
    const key = new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x!, 'base64url')],
      [-3, Buffer.from(y!, 'base64url')],
    ]);
    const length = Buffer.from([this.credentialId.length >> 8, this.credentialId.length & 255]);
    return Buffer.concat([Buffer.alloc(16), length, this.credentialId, cbor(key)]);
  }
}

function clientData(type: string, page: Page, odd: Odd): Buffer {
  const { challenge = page.challenge, origin = page.origin, crossOrigin = false } = odd;
  return Buffer.from(JSON.stringify({ type: odd.type ?? type, challenge, origin, crossOrigin }));
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
