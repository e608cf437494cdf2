/** What we read of a `package.json`. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

const EXACT = /^(npm:(@[^/]+\/)?[^@/]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** Dependencies that are not pinned to one version: two installs could differ. `*` names a workspace of ours. */
export function manifestProblems(path: string, manifest: Manifest): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies });
  return all
    .filter(([name, version]) => !EXACT.test(version) && !(name.startsWith('@counterfoil/') && version === '*'))
    .map(([name, version]) => `${path}: ${name} is "${version}", not one exact version`);
}
