import { z } from 'zod';
import type { Passkey } from '../../../hub/access/index.ts';
import { instant, instantOf, instantOrNull } from './common.ts';
import { named } from './components.ts';

/** Longest part of an authenticator's answer: certificates would be longer, and are not asked for. */
const MAX_PART = 8_192;
const base64url = z
  .string()
  .min(1)
  .max(MAX_PART)
  .regex(/^[\w-]+$/, 'Base64url without padding.');
const shortBase64url = base64url.max(1_400);

const credential = {
  id: shortBase64url,
  rawId: shortBase64url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  clientExtensionResults: z.looseObject({}),
};
const transports = z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(10);

/** `PublicKeyCredential.toJSON()` of a new credential (WebAuthn Level 3, 5.1). */
export const newCredential = z.object({
  ...credential,
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports: transports.optional() }),
});

/** `PublicKeyCredential.toJSON()` of a signature. */
export const signedCredential = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: shortBase64url.optional(),
  }),
});

const described = z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(z.string()) });

export const creationOptionsSchema = named(
  'PasskeyCreation',
  'For `PublicKeyCredential.parseCreationOptionsFromJSON`, then `navigator.credentials.create`.',
  z.object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
    timeout: z.number().int(),
    attestation: z.literal('none'),
    authenticatorSelection: z.object({ residentKey: z.literal('required'), userVerification: z.literal('required') }),
    excludeCredentials: z.array(described),
  }),
);

export const requestOptionsSchema = named(
  'PasskeyRequest',
  'For `PublicKeyCredential.parseRequestOptionsFromJSON`, then `navigator.credentials.get`.',
  z.object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.number().int(),
    userVerification: z.literal('required'),
  }),
);

export const passkeySchema = named(
  'Passkey',
  'An authenticator by which a person signs in on pages of `host`.',
  z.object({
    id: z.string(),
    name: z.string(),
    host: z.string(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  }),
);

export function passkeyToWire({ id, name, rpId, createdAt, lastUsedAt }: Passkey): z.input<typeof passkeySchema> {
  return { id, name, host: rpId, createdAt: instantOf(createdAt), lastUsedAt: instantOrNull(lastUsedAt) };
}

export function describedToWire({ credentialId, transports: by }: Passkey): z.input<typeof described> {
  return { type: 'public-key', id: Buffer.from(credentialId).toString('base64url'), transports: [...by] };
}
