/** One draw gives 32 bits: what the smallest generators have. */
const HEX_DIGITS_A_DRAW = 8;

/** `length` hexadecimal digits from the injected chance. */
export function randomHex(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    text += Math.floor(random() * 16 ** HEX_DIGITS_A_DRAW)
      .toString(16)
      .padStart(HEX_DIGITS_A_DRAW, '0');
  }
  return text.slice(0, length);
}
