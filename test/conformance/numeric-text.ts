/** Name of the keyword that judges a number written as text in a query or form. */
export const NUMERIC_TEXT = 'numericText';

/** The bounds are inclusive unless named otherwise. */
export interface NumericText {
  readonly kind: 'integer' | 'number';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whether a text is such a number. Digits are never lost: only the bounds, which are small, are compared as doubles. */
export function isNumericText(rule: NumericText, text: string): boolean {
  if (!(rule.kind === 'integer' ? INTEGER : NUMBER).test(text)) return false;
  const value = Number(text);
  return (
    value >= (rule.minimum ?? -Infinity) &&
    value > (rule.exclusiveMinimum ?? -Infinity) &&
    value <= (rule.maximum ?? Infinity)
  );
}

/** What the rule asks for, in words. */
export function numericMessage({ kind, minimum, exclusiveMinimum, maximum }: NumericText): string {
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return ['must be', kind, ...bounds].join(' ');
}

/** A decimal number as text inside JSON, an exponent included; how some providers write money and rates. */
export const DECIMAL_TEXT = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
