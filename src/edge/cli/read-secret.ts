import { messageOf } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import type { CliIo } from './doors.ts';
import { CliFailure } from './failure.ts';

const HOW =
  'Name a file with it by --secret-file, or send it to standard input: it must not appear among the arguments.';

/**
 * A credential from a file, or from standard input when none is named (or `-`). Never from an argument: those can be
 * read by everybody on the machine.
 */
export async function readSecret(io: CliIo, path: string | undefined): Promise<Secret> {
  if (path === undefined && io.stdin.isTTY) throw new CliFailure('usage', 'The credential is missing.', HOW);
  const fromInput = path === undefined || path === '-';
  const text = fromInput ? await io.stdin.readText() : await readFile(io, path);
  return toSecret(text, fromInput ? 'Standard input' : path);
}

/** A credential from a file that must be there. */
export async function readSecretFile(io: CliIo, path: string): Promise<Secret> {
  return toSecret(await readFile(io, path), path);
}

async function readFile(io: CliIo, path: string): Promise<string> {
  try {
    return await io.readTextFile(path);
  } catch (error) {
    throw new CliFailure('usage', `${path} cannot be read: ${messageOf(error)}`, 'Check the path and the permissions.');
  }
}

function toSecret(text: string, origin: string): Secret {
  const trimmed = text.trim();
  if (/^\S+$/.test(trimmed)) return new Secret(trimmed);
  const problem = trimmed === '' ? 'is empty' : 'holds more than one word';
  throw new CliFailure('usage', `${origin} ${problem}: it must hold the credential and nothing else.`, HOW);
}
