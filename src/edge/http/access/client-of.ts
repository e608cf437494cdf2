import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../hub/access/index.ts';

/** Longest user agent that is kept. */
const MAX_AGENT = 200;

/** Where a request comes from, for the list of sessions and for counting guesses. */
export function clientOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Client {
  const agent = request.headers['user-agent'] ?? '';
  return { address: request.ip, agent: agent.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_AGENT) };
}
