export type { Violation } from './checks.pg.ts';
export { type CheckResult, verify, type VerifyOptions } from './verify.ts';
