import { z } from 'zod';
import {
  type ApiKey,
  type Invitation,
  type ListedSession,
  MAX_PASSWORD_CHARACTERS,
  type Member,
  type Membership,
  PERMISSIONS,
  type Principal,
  permissionsOf,
  ROLES,
  SCOPES,
} from '../../../hub/access/index.ts';
import type { AuditEntry, ChainReport } from '../../../hub/audit/index.ts';
import { hex } from '../../../kernel/digest.ts';
import { instant, instantOf, instantOrNull } from './common.ts';
import { named } from './components.ts';

export const roleSchema = z.enum(ROLES);
export const scopeSchema = z.enum(SCOPES as [(typeof SCOPES)[number], ...typeof SCOPES]);

const NO_CONTROL = /^[^\p{Cc}\p{Cs}]+$/u;

/** What people type. Lengths are generous and finite. */
export const email = z.email().max(254);
export const personName = z.string().trim().min(1).max(100).regex(NO_CONTROL, 'No control characters.');
/** Of a present password: its rules may have been others. */
export const password = z
  .string()
  .min(1)
  .max(4 * MAX_PASSWORD_CHARACTERS);
export const typedCode = z
  .string()
  .min(4)
  .max(64)
  .regex(/^[0-9A-Za-z -]+$/, 'Letters, digits, hyphens and spaces.');

export const sessionSchema = named(
  'Session',
  'A session that has begun; its token is in the cookie. Send `csrfToken` as `X-CSRF-Token` with every change.',
  z.object({ csrfToken: z.string(), expiresAt: instant }),
);

export const doneSchema = named('Done', 'It was done.', z.object({ done: z.literal(true) }));
export const DONE = { done: true } as const;

export const meSchema = named(
  'Me',
  'Who asks, in which tenant, and what they may do there. `csrfToken` is null for programs.',
  z.object({
    kind: z.enum(['user', 'api_key', 'local', 'cli']),
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }).nullable(),
    tenantId: z.string().nullable(),
    role: roleSchema.nullable(),
    permissions: z.array(z.enum(PERMISSIONS)),
    tenants: z.array(z.object({ id: z.string(), name: z.string(), role: roleSchema })),
    csrfToken: z.string().nullable(),
  }),
);

export function meToWire(
  principal: Principal,
  tenants: readonly Membership[],
  csrfToken: string | null,
): z.input<typeof meSchema> {
  const user = principal.kind === 'user' ? principal.person : null;
  return {
    kind: principal.kind,
    user: user && { id: user.id, email: user.email, name: user.name },
    tenantId: principal.tenantId,
    role: principal.kind === 'user' ? principal.role : null,
    permissions: [...permissionsOfPrincipal(principal)],
    tenants: tenants.map(({ tenantId, tenantName, role }) => ({ id: tenantId, name: tenantName, role })),
    csrfToken,
  };
}

function permissionsOfPrincipal(principal: Principal) {
  if (principal.tenantId === null) return [];
  if (principal.kind === 'user') return principal.role === null ? [] : permissionsOf(principal.role);
  return principal.kind === 'api_key' ? principal.scopes : PERMISSIONS;
}

export const listedSessionSchema = named(
  'ListedSession',
  'Where a person is signed in. `current` is the session that asks.',
  z.object({
    id: z.string(),
    address: z.string(),
    agent: z.string(),
    createdAt: instant,
    seenAt: instant,
    expiresAt: instant,
    current: z.boolean(),
  }),
);

export function sessionToWire(session: ListedSession, current: string): z.input<typeof listedSessionSchema> {
  const { id, address, agent, createdAt, seenAt, expiresAt } = session;
  return {
    id,
    address,
    agent,
    createdAt: instantOf(createdAt),
    seenAt: instantOf(seenAt),
    expiresAt: instantOf(expiresAt),
    current: id === current,
  };
}

export const memberSchema = named(
  'Member',
  'A person of the tenant.',
  z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    secondFactor: z.boolean(),
    disabledAt: instant.nullable(),
    createdAt: instant,
  }),
);

export function memberToWire(member: Member): z.input<typeof memberSchema> {
  const { hasSecondFactor, disabledAt, createdAt, ...same } = member;
  return {
    ...same,
    secondFactor: hasSecondFactor,
    disabledAt: instantOrNull(disabledAt),
    createdAt: instantOf(createdAt),
  };
}

const invitationFields = {
  id: z.string(),
  email: z.string(),
  role: roleSchema,
  invitedBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  acceptedAt: instant.nullable(),
  revokedAt: instant.nullable(),
};
export const invitationSchema = named('Invitation', 'An invitation to the tenant.', z.object(invitationFields));
export const newInvitationSchema = named(
  'NewInvitation',
  'An invitation with its token, which is shown this once: hand it to the person.',
  z.object({ ...invitationFields, token: z.string() }),
);

export function invitationToWire(invitation: Invitation): z.input<typeof invitationSchema> {
  const { tenantId: _, createdAt, expiresAt, acceptedAt, revokedAt, ...same } = invitation;
  return {
    ...same,
    createdAt: instantOf(createdAt),
    expiresAt: instantOf(expiresAt),
    acceptedAt: instantOrNull(acceptedAt),
    revokedAt: instantOrNull(revokedAt),
  };
}

const apiKeyFields = {
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
};
export const apiKeySchema = named('ApiKey', 'A key of a program; `prefix` is its beginning.', z.object(apiKeyFields));
export const newApiKeySchema = named(
  'NewApiKey',
  'A key with its secret, which is shown this once.',
  z.object({ ...apiKeyFields, secret: z.string() }),
);

export function apiKeyToWire(key: ApiKey): z.input<typeof apiKeySchema> {
  const { tenantId: _, scopes, createdAt, expiresAt, lastUsedAt, revokedAt, ...same } = key;
  return {
    ...same,
    scopes: [...scopes],
    createdAt: instantOf(createdAt),
    expiresAt: instantOf(expiresAt),
    lastUsedAt: instantOrNull(lastUsedAt),
    revokedAt: instantOrNull(revokedAt),
  };
}

export const auditEntrySchema = named(
  'AuditEntry',
  'Who changed what. `diff` is field → [before, after], with personal data and secrets masked; `hash` continues the chain.',
  z.object({
    seq: z.string(),
    id: z.string(),
    at: instant,
    actor: z.object({ kind: z.string(), id: z.string() }),
    action: z.string(),
    subject: z.string(),
    diff: z.record(z.string(), z.array(z.unknown())),
    hash: z.string(),
  }),
);

export function auditEntryToWire(entry: AuditEntry): z.input<typeof auditEntrySchema> {
  const { seq, id, at, actor, action, subject, diff, hash } = entry;
  return {
    seq: String(seq),
    id,
    at: instantOf(at),
    actor: { ...actor },
    action,
    subject,
    diff: JSON.parse(diff) as Record<string, unknown[]>,
    hash: hex(hash),
  };
}

export const chainReportSchema = named(
  'AuditReport',
  'Whether the audit is as it was written. `head` is the hash of its last entry: written down elsewhere, it shows later that nothing was exchanged.',
  z.object({
    sound: z.boolean(),
    entries: z.number().int(),
    head: z.string(),
    breaks: z.array(z.object({ seq: z.string(), detail: z.string() })),
  }),
);

export function chainReportToWire({ entries, breaks, head }: ChainReport): z.input<typeof chainReportSchema> {
  return {
    sound: breaks.length === 0,
    entries: Number(entries),
    head: hex(head),
    breaks: breaks.map(({ seq, detail }) => ({ seq: String(seq), detail })),
  };
}
