/** What a person is in a tenant. */
export const ROLES = ['owner', 'admin', 'bookkeeper', 'operator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** What may be done. Every route of the API names one of them, or says that it needs none. */
export const PERMISSIONS = [
  'health.read',
  'books.read',
  'books.export',
  'payloads.read',
  'connections.read',
  'connections.manage',
  'work.run',
  'books.approve',
  'settings.manage',
  'keys.rotate',
  'people.read',
  'people.manage',
  'ownership.manage',
  'api_keys.manage',
  'audit.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** `docs/spec/roles.md` writes the table out for people. A missing cell does not compile. */
export const ROLE_PERMISSIONS: Readonly<Record<Permission, Readonly<Record<Role, boolean>>>> = {
  'health.read': { owner: true, admin: true, bookkeeper: true, operator: true, auditor: true },
  'books.read': { owner: true, admin: true, bookkeeper: true, operator: true, auditor: true },
  'books.export': { owner: true, admin: true, bookkeeper: true, operator: false, auditor: true },
  'payloads.read': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'connections.read': { owner: true, admin: true, bookkeeper: true, operator: true, auditor: true },
  'connections.manage': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'work.run': { owner: true, admin: true, bookkeeper: true, operator: true, auditor: false },
  'books.approve': { owner: true, admin: true, bookkeeper: true, operator: false, auditor: false },
  'settings.manage': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'keys.rotate': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'people.read': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: true },
  'people.manage': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'ownership.manage': { owner: true, admin: false, bookkeeper: false, operator: false, auditor: false },
  'api_keys.manage': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: false },
  'audit.read': { owner: true, admin: true, bookkeeper: false, operator: false, auditor: true },
};

/** What an API key may be allowed: a program never decides who may come in. */
export const SCOPES = PERMISSIONS.filter(
  (one) => !['people.manage', 'ownership.manage', 'api_keys.manage', 'keys.rotate'].includes(one),
);

export function roleMay(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[permission][role];
}

export function permissionsOf(role: Role): readonly Permission[] {
  return PERMISSIONS.filter((permission) => roleMay(role, permission));
}
