export { COMMANDS } from './commands/index.ts';
export type {
  CliDoors,
  CliInput,
  CliIo,
  CliStream,
  DemoRequest,
  HttpAnswer,
  Machine,
  Migration,
  OpenHub,
  OpenMode,
} from './doors.ts';
export { type DescribedExit, describeExitCodes, EXIT_CODES, type ExitName } from './exit-codes.ts';
export { GLOBAL_OPTIONS } from './global-options.ts';
export { runCli } from './run-cli.ts';
export type { BoundCommand } from './spec.ts';
