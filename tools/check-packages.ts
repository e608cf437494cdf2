/** Prints what is wrong with licences, lockfile and version numbers; exits with 1 when there is anything. */
import { readFileSync } from 'node:fs';
import { licenceProblems } from './packages/licences.ts';
import { type Lockfile, lockfileProblems } from './packages/lockfile.ts';
import { type Manifest, manifestProblems } from './packages/manifest.ts';

function read<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')) as T;
}

const lockfile = read<Lockfile>('package-lock.json');
const root = read<Manifest>('package.json');
const manifests = ['package.json', ...(root.workspaces ?? []).map((folder) => `${folder}/package.json`)];
const problems = [
  ...licenceProblems(lockfile),
  ...lockfileProblems(lockfile),
  ...manifests.flatMap((path) => manifestProblems(path, read<Manifest>(path))),
];
for (const problem of problems) console.log(problem);
console.log(`${Object.keys(lockfile.packages).length} packages, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
