/** Prints what the source files do that the rules of the house do not allow; exits with 1 when there is an error. */
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '../src/kernel/error-codes.ts';
import { scan } from './doors/scan.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { files, findings } = scan(root, Object.keys(ERROR_CODES));
for (const { path, line, rule, message, severity } of findings) {
  console.log(`${severity} ${path}:${line} ${rule}: ${message}`);
}
const errors = findings.filter(({ severity }) => severity === 'error').length;
console.log(`${files} files, ${errors} errors, ${findings.length - errors} notices`);
if (errors > 0) process.exitCode = 1;
