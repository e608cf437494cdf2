export type { Config, GivenSecret } from './config.ts';
export { ownerAddress } from './database-url.ts';
export { type ConfigRow, describeConfig } from './describe-config.ts';
export { envExample } from './env-example.ts';
export { type Environment, processEnvironment } from './environment.ts';
export type { ConfigProblem } from './problem.ts';
export { checkConfig, type Overrides, readConfig } from './read-config.ts';
export type { VariableName } from './variables.ts';
