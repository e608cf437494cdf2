import type { FastifyReply } from 'fastify';
import { escaped } from './html.ts';
import { pagePolicy } from './page-policy.ts';

/** A page for a person: a title and paragraphs of plain text. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 15vh auto 0; max-width: 36rem; overflow-wrap: anywhere; padding: 1rem; }
h1 { font-size: 1.75rem; }
`;

/** Beside what every answer has. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': pagePolicy(STYLE),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply.code(status).headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(htmlOf(page));
}

function htmlOf({ title, paragraphs }: Page): string {
  const text = paragraphs.map((one) => `<p>${escaped(one)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${text}
</html>
`;
}
