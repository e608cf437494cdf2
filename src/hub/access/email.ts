/** As it is stored and compared: without capitals, so that nobody has two accounts by accident. */
export function normalEmail(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}
