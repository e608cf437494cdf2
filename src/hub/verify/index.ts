export type { Violation } from './checks.pg.ts';
export { type CheckResult, type VerifyOptions, verify } from './verify.ts';
