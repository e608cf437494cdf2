/** What we read of one package in `package-lock.json` (lockfile version 3). */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  /** A workspace: its place is in this repository. */
  readonly link?: boolean;
}

export interface Lockfile {
  readonly lockfileVersion: number;
  /** By path; the root is the empty text. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * Entries of the lockfile that name a host (an install must ask the registry that is configured, never one that a
 * lockfile brings along) or that nothing verifies.
 */
export function lockfileProblems({ lockfileVersion, packages }: Lockfile): readonly string[] {
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
  return [
    ...(lockfileVersion === 3 ? [] : [`lockfile version ${lockfileVersion}: expected 3`]),
    ...Object.entries(packages)
      .filter(([, { resolved = '' }]) => /^[a-z+]+:/i.test(resolved))
      .map(([path, { resolved }]) => `${path} comes from ${hostOf(resolved!)}`),
    ...installed
      .filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))
      .map(([path]) => `${path} has no SHA-512 integrity`),
  ];
}

/** Without user, password and query: the message may end in a public log. */
function hostOf(resolved: string): string {
  return URL.canParse(resolved) ? new URL(resolved).host || new URL(resolved).protocol : 'an unreadable address';
}
