import { listenerUrl } from '../listener-url.ts';
import { command, withDefault } from '../spec.ts';
import { wholeNumber } from '../values.ts';

const DEFAULT_TIMEOUT_S = 5;
const MAX_TIMEOUT_S = 60;

export const healthCommand = command({
  name: 'health',
  summary: 'Ask the running server whether it is ready',
  description:
    'Asks /health/ready of the server at the configured address. Ends with 0 when it is ready and with 1 otherwise: made for the health check of a container.',
  examples: [['counterfoil health --quiet', 'as a health check']],
  options: {
    timeout: withDefault(
      '--timeout <seconds>',
      'Wait this long for the answer',
      wholeNumber(1, MAX_TIMEOUT_S),
      DEFAULT_TIMEOUT_S,
    ),
  },
  run: async (call, { timeout }) => {
    const url = `${listenerUrl(call.config())}/health/ready`;
    const answer = await call.doors.httpGet(url, { timeout_ms: timeout * 1_000, signal: call.signal });
    const ready = answer?.status === 200;
    const why = answer === null ? `Nobody answers at ${url}.` : `${url} answered ${answer.status}.`;
    return {
      exit: ready ? 'ok' : 'failed',
      data: { ready, url, status: answer?.status ?? null },
      text: ready ? 'ready' : `not ready: ${why}`,
    };
  },
});
