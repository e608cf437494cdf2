import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './step.ts';

const root = join(import.meta.dirname, '../..');
/** Folders with source; one that is not there would be an error of the tool that reads them. */
const FOLDERS = ['src', 'sandbox/src', 'test', 'tools', 'bench', 'demo'].filter((folder) =>
  existsSync(join(root, folder)),
);

/** The parts of `npm run check`; the longest of those that share the cores come first. */
export const STEPS: readonly Step[] = [
  { name: 'unused', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
  {
    name: 'imports',
    script: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', ...FOLDERS],
  },
  {
    name: 'lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['ci', '--colors=off', '--max-diagnostics=50'],
  },
  { name: 'doors', script: 'tools/check-doors.ts', args: [] },
  { name: 'types', script: 'node_modules/typescript7/bin/tsc', args: ['--project', 'tsconfig.json', '--noEmit'] },
  { name: 'generated', script: 'tools/generate.ts', args: ['--check'] },
  { name: 'packages', script: 'tools/check-packages.ts', args: [] },
  {
    name: 'unit tests',
    script: 'node_modules/vitest/vitest.mjs',
    // Tests with a real database or whole processes belong to `npm test`.
    args: ['run', '--project', 'unit', '--silent=passed-only', '--reporter=dot', '--no-color'],
    alone: true,
  },
];
