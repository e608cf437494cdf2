import { badQuery } from '../basics/refusal.ts';

/** A piece of a `where` filter. */
export interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign';
  readonly value: string;
}

const PIECE = /\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)m?|([A-Za-z_][\w.]*)|(==|!=|>=|<=|&&|\|\||[<>(),]))/y;

/** Cuts a filter into pieces; refused where it cannot be read. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < filter.trimEnd().length) {
    const at = PIECE.lastIndex;
    const match = PIECE.exec(filter);
    if (match === null) throw badQuery(`the filter cannot be read at ${filter.slice(at, at + 20)}`);
    const [, text, number, word, sign] = match;
    if (text !== undefined) tokens.push({ kind: 'text', value: text.replaceAll(/\\(.)/g, '$1') });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else tokens.push({ kind: 'sign', value: sign ?? '' });
  }
  return tokens;
}
