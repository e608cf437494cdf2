import type { FastifyReply } from 'fastify';
import { escaped } from './html.ts';

/** A page for a person: a title and paragraphs of plain text. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** Beside what every answer has: a page runs nothing, loads nothing, posts nothing, and is in nobody's frame. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<h1>${escaped(title)}</h1>
${text}
</html>
`;
}
