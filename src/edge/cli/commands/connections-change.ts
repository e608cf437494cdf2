import { CLI_ACTOR } from '../../../hub/audit/index.ts';
import { type Connection, connectSource, pairingProvider } from '../../../hub/connections/index.ts';
import { createConnectionChanges, tryConnection } from '../../../hub/operate/index.ts';
import { authorise, authoriseOptions } from '../authorise.ts';
import type { Call } from '../call.ts';
import type { OpenHub } from '../doors.ts';
import { CliFailure, exitOf } from '../failure.ts';
import { connectionArgument, withConnection } from '../named-connection.ts';
import { pair } from '../pair.ts';
import { type Answer, command } from '../spec.ts';

export const connectionsTestCommand = command({
  name: 'connections test',
  summary: 'Call the provider with the stored credential',
  description: 'Makes one call that changes nothing. A refused credential ends with 4.',
  examples: [['counterfoil connections test quickbooks', 'whether the books can be reached']],
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) =>
    withConnection(call, word, async ({ doors }, connection) => {
      const error = await tryConnection(doors, connection);
      if (connection.state === 'disconnected')
        return { exit: 'reconnect', data: dataOf(connection), text: `${connection.displayName} is disconnected.` };
      if (error === null)
        return { exit: 'ok', data: { ...dataOf(connection), good: true }, text: `${connection.displayName} answers.` };
      return {
        exit: exitOf(error),
        data: { ...dataOf(connection), good: false, code: error.code, message: error.message, remedy: error.remedy },
        text: `${connection.displayName}: ${error.message} ${error.remedy}`,
      };
    }),
});

export const connectionsPauseCommand = command({
  name: 'connections pause',
  summary: 'Let a connection rest',
  description: 'Its work waits and is not lost; webhooks are still accepted.',
  examples: [['counterfoil connections pause stripe', 'until it is resumed']],
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) => change(call, word, 'pause', 'is paused: its work waits.'),
});

export const connectionsResumeCommand = command({
  name: 'connections resume',
  summary: 'Take up the work of a paused connection',
  description: 'It goes on where it stopped.',
  examples: [['counterfoil connections resume stripe', 'after a pause']],
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) => change(call, word, 'resume', 'works again.'),
});

export const connectionsDisconnectCommand = command({
  name: 'connections disconnect',
  summary: 'End a connection',
  description:
    'Revokes the authorisation at the provider, removes our webhooks there and erases the credential. What was booked stays; connecting it again goes on where it stopped.',
  examples: [['counterfoil connections disconnect stripe', 'for good, or until it is connected again']],
  argument: connectionArgument,
  options: {},
  run: (call, _values, [word = '']) =>
    withConnection(call, word, async ({ doors, oauth }, { tenantId, id }) => {
      const { connection, leftAtProvider } = await createConnectionChanges(doors, oauth).disconnect(
        tenantId,
        id,
        CLI_ACTOR,
      );
      const text = [`${connection.displayName} is disconnected. What was booked stays.`, ...leftAtProvider].join('\n');
      const exit = leftAtProvider.length === 0 ? 'ok' : 'partly';
      return { exit, data: { ...dataOf(connection), leftAtProvider }, text };
    }),
});

export const connectionsReconnectCommand = command({
  name: 'connections reconnect',
  summary: 'Authorise a connection again',
  description:
    'Sends you to the provider to allow the access again for the same account. The connection keeps its id and goes on where it stopped; nothing is posted twice.',
  examples: [
    ['counterfoil connections reconnect quickbooks', 'with the browser on this network'],
    ['counterfoil connections reconnect quickbooks --paste-back', 'on a machine without https'],
  ],
  argument: connectionArgument,
  options: authoriseOptions,
  run: (call, values, [word = '']) =>
    withConnection(call, word, async (hub, connection) => {
      const { tenantId, provider, environment, since } = connection;
      const request = { tenantId, provider, environment, since, reconnect: connection, ...values };
      const { connection: again, notes } = await reconnect(call, hub, request);
      const said = `${again.displayName} (${again.accountId}) is connected again; its work goes on.`;
      return { exit: 'ok', data: { ...dataOf(again), notes }, text: [said, ...notes].join('\n') };
    }),
});

interface Reconnected {
  readonly connection: Connection;
  readonly notes: readonly string[];
}

async function reconnect(call: Call, hub: OpenHub, request: Reconnect): Promise<Reconnected> {
  const { pasteBack, redirectUri, reconnect: connection } = request;
  if (pairingProvider(hub.doors.registry, connection.provider) === null)
    return { connection: await authorise(call, hub, request), notes: [] };
  if (pasteBack || redirectUri !== undefined)
    throw new CliFailure(
      'usage',
      `${connection.displayName} is connected with a key: --paste-back and --redirect-uri belong to an authorisation at a provider.`,
      'Run the command without them.',
    );
  const key = await pair(call, hub, { ...request, server: null, browserUrl: null });
  const { connections, notes } = await key.use({
    accountIds: [connection.accountId],
    connect: (source) => connectSource(hub.doors, source),
  });
  return { connection: connections[0]!, notes };
}

type Reconnect = Parameters<typeof authorise>[2] & { readonly reconnect: Connection };

function change(call: Call, word: string, verb: 'pause' | 'resume', what: string): Promise<Answer> {
  return withConnection(call, word, async ({ doors, oauth }, { tenantId, id }) => {
    const connection = await createConnectionChanges(doors, oauth)[verb](tenantId, id, CLI_ACTOR);
    return { exit: 'ok', data: dataOf(connection), text: `${connection.displayName} ${what}` };
  });
}

function dataOf({ id, provider, accountId, displayName, state }: Connection): object {
  return { id, provider, accountId, displayName, state };
}
