/** Writes the generated files; with `--check` only compares, names what differs, and exits with 1 when anything does. */
import { fileURLToPath } from 'node:url';
import { driftOf, writeDrifted } from './generate/drift.ts';
import { generatedFiles } from './generate/pages.ts';

const root = new URL('..', import.meta.url);
const folder = fileURLToPath(root);
const files = generatedFiles(root);
if (process.argv.includes('--check')) {
  const drifts = driftOf(folder, files);
  for (const { path, line } of drifts) {
    console.log(line === 0 ? `${path} is missing` : `${path}:${line} is not what would be generated`);
  }
  console.log(`${files.length} files, ${drifts.length} out of date${drifts.length > 0 ? ': npm run generate' : ''}`);
  if (drifts.length > 0) process.exitCode = 1;
} else {
  const written = writeDrifted(folder, files);
  console.log(written.length === 0 ? 'everything is up to date' : `wrote ${written.join(', ')}`);
}
