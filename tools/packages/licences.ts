import type { Lockfile } from './lockfile.ts';

/** Licences that ask for nothing but a notice. */
export const PERMISSIVE: readonly string[] = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'PostgreSQL',
  'Unlicense',
];

/** Packages that the product ships with and whose licence asks for more than a notice, or is not stated. */
export function licenceProblems({ packages }: Lockfile): readonly string[] {
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .filter(([, { license }]) => !isPermissive(license ?? ''))
    .map(([path, { version, license }]) => `${path}@${version}: licence ${license ?? 'not stated'}`);
}

/** Reads SPDX expressions of names, AND, OR and parentheses; anything else is not permissive. */
function isPermissive(expression: string): boolean {
  const plain = expression.replace(/\(([^()]*)\)/g, (_, inner: string) => (isPermissive(inner) ? 'MIT' : 'none'));
  if (plain !== expression) return isPermissive(plain);
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((name) => PERMISSIVE.includes(name.trim())));
}
