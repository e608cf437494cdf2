/** A number token that a double could misjudge: very many digits, or an exponent. */
const SUSPECT_NUMBER = /(?:^|[:[,])\s*-?(?:[\d.]{16,}|[\d.]+[eE])/;

interface ParseContext {
  readonly source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context: ParseContext) => unknown;
// Source text access is in the runtime (ES2026), not yet in the compiler's library.
const sourceJson = JSON as unknown as { parse(text: string, reviver: Reviver): unknown };

/**
 * Parses JSON for judging types. Digits beyond a double's precision are not kept, but whether a number is an integer is
 * always answered from its text: `9007199254740993.5` stays a fraction, `1e400` an integer. Throws SyntaxError.
 */
export function parseForJudging(text: string): unknown {
  if (!SUSPECT_NUMBER.test(text)) return JSON.parse(text);
  return sourceJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? sameKind(value, source) : value,
  );
}

/** Large enough to satisfy any bound the number itself would, small enough that one half can be added. */
const FRACTION_CEILING = 2 ** 51;

function sameKind(value: number, source: string): number {
  if (isIntegerText(source)) return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
  if (!Number.isInteger(value) && Number.isFinite(value)) return value;
  const magnitude = Math.min(Math.abs(value), FRACTION_CEILING) + 0.5;
  return source.startsWith('-') ? -magnitude : magnitude;
}

const NUMBER_PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function isIntegerText(source: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER_PARTS.exec(source) ?? [];
  const digits = whole + fraction;
  const decimals = fraction.length - Number(exponent);
  if (decimals <= 0) return true;
  const below = decimals >= digits.length ? digits : digits.slice(-decimals);
  return /^0*$/.test(below);
}
