import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODES } from '../../kernel/error-codes.ts';
import { type Page, sendPage } from './page.ts';
import { requestFailure } from './request-failure.ts';

/** Says why nobody was connected, and what to do. What went wrong inside is told to the log alone. */
export function refusedPage(
  doors: { readonly onFailure: (error: unknown) => void },
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): FastifyReply {
  const { code, status, detail } = requestFailure(error);
  if (status >= 500) doors.onFailure(error);
  const { title, remedy } = ERROR_CODES[code];
  const said = detail === undefined || detail === title || status >= 500 ? [] : [detail];
  return sendPage(reply, status, {
    title: 'Not connected',
    paragraphs: [title, ...said, remedy, 'Your books were not changed.', `Code: ${code}. Request: ${request.id}.`],
  });
}

export const UNKNOWN: Page = {
  title: 'There is nothing here',
  paragraphs: ['No provider sends anybody to this address.', 'Begin again from Counterfoil.'],
};

export const HANDED_OVER: Page = {
  title: 'Go back to your terminal',
  paragraphs: [
    'The answer has arrived. The command that you started says whether it was good.',
    'You can close this page.',
  ],
};
