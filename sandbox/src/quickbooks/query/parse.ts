import { queryParserError, queryValidationError } from '../basics/fault.ts';
import { type Condition, DEFAULT_RESULTS, MAX_RESULTS, type Statement } from './statement.ts';
import { type Token, tokens } from './tokens.ts';

const OPERATORS: readonly Condition['operator'][] = ['=', '<', '>', '<=', '>=', 'LIKE', 'IN'];

/** Reads a query statement: one entity, conditions joined by AND only. */
export function parseStatement(text: string): Statement {
  const reader = new TokenReader(tokens(text));
  reader.expect('SELECT');
  const select = readSelect(reader);
  reader.expect('FROM');
  const entity = reader.word('an entity');
  const where = reader.accept('WHERE') ? readConditions(reader) : [];
  const orderBy = readOrder(reader);
  const page = readPage(reader);
  reader.expectEnd();
  return { select, entity, where, orderBy, ...page };
}

function readSelect(reader: TokenReader): Statement['select'] {
  if (reader.accept('*')) return '*';
  const first = reader.word('* or a property');
  if (first.toUpperCase() === 'COUNT') {
    for (const sign of ['(', '*', ')']) reader.expect(sign);
    return 'count';
  }
  const fields = [first];
  while (reader.accept(',')) fields.push(reader.word('a property'));
  return fields;
}

function readConditions(reader: TokenReader): Condition[] {
  const conditions = [readCondition(reader)];
  while (reader.accept('AND')) conditions.push(readCondition(reader));
  if (reader.accept('OR')) throw queryParserError('OR is not supported');
  return conditions;
}

function readCondition(reader: TokenReader): Condition {
  const field = reader.word('a property');
  const sign = reader.next('an operator').text.toUpperCase();
  const operator = OPERATORS.find((known) => known === sign);
  if (operator === undefined) throw queryParserError(`operator ${sign} is not supported`);
  if (operator !== 'IN') return { field, operator, values: [reader.value()] };
  reader.expect('(');
  const values = [reader.value()];
  while (reader.accept(',')) values.push(reader.value());
  reader.expect(')');
  return { field, operator, values };
}

function readOrder(reader: TokenReader): Statement['orderBy'] {
  if (reader.accept('ORDER')) reader.expect('BY');
  else if (!reader.accept('ORDERBY')) return [];
  const keys: { field: string; descending: boolean }[] = [];
  do {
    const field = reader.word('a property');
    const descending = reader.accept('DESC');
    if (!descending) reader.accept('ASC');
    keys.push({ field, descending });
  } while (reader.accept(','));
  return keys;
}

function readPage(reader: TokenReader): { startPosition: number; maxResults: number } {
  let startPosition = 1;
  let maxResults = DEFAULT_RESULTS;
  for (;;) {
    if (reader.accept('STARTPOSITION')) startPosition = reader.number();
    else if (reader.accept('MAXRESULTS')) maxResults = reader.number();
    else break;
  }
  if (startPosition < 1) throw queryValidationError('STARTPOSITION counts from 1');
  if (maxResults < 1) throw queryValidationError('MAXRESULTS must be at least 1');
  return { startPosition, maxResults: Math.min(maxResults, MAX_RESULTS) };
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  next(expected: string): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw queryParserError(`the statement ends where ${expected} is expected`);
    this.#at += 1;
    return token;
  }

  /** Passes over the keyword or sign when it comes next. */
  accept(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'value' || token.text.toUpperCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw queryParserError(`${text} is expected ${this.#where()}`);
  }

  word(expected: string): string {
    const token = this.next(expected);
    if (token.kind !== 'word') throw queryParserError(`${expected} is expected, not ${token.text}`);
    return token.text;
  }

  /** A quoted value, or a bare number or boolean. */
  value(): string {
    const token = this.next('a value');
    const isBare = token.kind === 'word' && /^(true|false|-?\d+(\.\d+)?)$/i.test(token.text);
    if (token.kind !== 'value' && !isBare) throw queryParserError(`a quoted value is expected, not ${token.text}`);
    return token.text;
  }

  number(): number {
    const { text } = this.next('a number');
    if (!/^-?\d{1,9}$/.test(text)) throw queryParserError(`a number is expected, not ${text}`);
    return Number(text);
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw queryParserError(`nothing more is expected ${this.#where()}`);
  }

  #where(): string {
    const token = this.#tokens[this.#at];
    return token === undefined ? 'at the end' : `before ${token.text}`;
  }
}
