/** What Xero sends to a client that does not ask for JSON: the same answer as elements. */
export function writeXml(root: string, value: unknown): string {
  return `<?xml version="1.0" encoding="utf-8"?>${element(root, value)}`;
}

function element(name: string, value: unknown): string {
  if (value === undefined) return '';
  const inside = Array.isArray(value)
    ? value.map((item) => element(singular(name), item)).join('')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, member]) => element(key, member))
          .join('')
      : escapeXml(String(value ?? ''));
  return `<${name}>${inside}</${name}>`;
}

function singular(name: string): string {
  return name.endsWith('s') ? name.slice(0, -1) : name;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
