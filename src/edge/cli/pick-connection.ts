import type { Connection } from '../../hub/connections/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';

/**
 * The connection that a person means: by id, or by provider, account or name where only one that is not disconnected
 * has it. Throws `connection.not_found` with what there is.
 */
export function pickConnection(connections: readonly Connection[], text: string): Connection {
  const byId = connections.find(({ id }) => id === text);
  if (byId) return byId;
  const wanted = text.toLowerCase();
  const live = connections.filter(({ state }) => state !== 'disconnected');
  const found = live.filter(({ provider, accountId, displayName }) =>
    [provider, accountId.toLowerCase(), displayName.toLowerCase()].includes(wanted),
  );
  if (found.length === 1) return found[0]!;
  const choices = (found.length > 1 ? found : live).map(
    ({ id, provider, displayName }) => `${id} (${provider}, ${displayName})`,
  );
  const problem = found.length > 1 ? `${text} means more than one connection` : `There is no connection ${text}`;
  throw new CounterfoilError('connection.not_found', {
    detail: choices.length === 0 ? `${problem}: nothing is connected.` : `${problem}: ${choices.join('; ')}.`,
  });
}
