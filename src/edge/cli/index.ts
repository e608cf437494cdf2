export { COMMANDS } from './commands/index.ts';
export { type DescribedCommand, type DescribedOption, describeCommands } from './describe-commands.ts';
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
export { type DescribedExit, describeExitCodes } from './exit-codes.ts';
export { runCli } from './run-cli.ts';
