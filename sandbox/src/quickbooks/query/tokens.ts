import { queryParserError } from '../basics/fault.ts';

/** A piece of a statement: a word, a quoted value, or a sign. */
export interface Token {
  readonly kind: 'word' | 'value' | 'sign';
  readonly text: string;
}

/** A space, a quoted text (with \' inside), a sign, or a word. */
const PIECE = /\s+|'((?:\\.|[^'\\])*)'|(<=|>=|!=|<>|[=<>(),*])|([^\s'(),*=<>!]+)/y;
/** The longest statement read; Intuit names none, a GET could not carry more. */
const MAX_LENGTH = 20_000;

/** Cuts a statement into tokens; 4000 where it cannot be read. */
export function tokens(statement: string): Token[] {
  if (statement.length > MAX_LENGTH) throw queryParserError('the statement is too long');
  const found: Token[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < statement.length) {
    const at = PIECE.lastIndex;
    const match = PIECE.exec(statement);
    if (match === null) throw queryParserError(`unexpected character at position ${at + 1}`);
    const [, quoted, sign, word] = match;
    if (quoted !== undefined) found.push({ kind: 'value', text: quoted.replaceAll(/\\(.)/g, '$1') });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
  }
  return found;
}
