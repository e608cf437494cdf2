import { flag, option, withDefault } from './spec.ts';
import { anyText, wholeNumber } from './values.ts';

const DEFAULT_PATIENCE_S = 900;
const MAX_PATIENCE_S = 86_400;

export const patienceOption = withDefault(
  '--timeout <seconds>',
  'Wait at most this long',
  wholeNumber(1, MAX_PATIENCE_S),
  DEFAULT_PATIENCE_S,
);

/** Options of commands that say what they would do, and do it only when told to. */
export const confirmOptions = {
  yes: flag('--yes', 'Do it; without this only the estimate is shown'),
  reason: option('--reason <text>', 'Why, for the audit log', anyText),
  wait: flag('--wait', 'Wait for the running server to finish'),
  timeout: patienceOption,
} as const;

/** Said in the audit log when nobody gave a reason. */
export const NO_REASON = 'none given';
