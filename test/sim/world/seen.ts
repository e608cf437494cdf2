import type { Done } from '../core/gate.ts';
import type { SeenCall } from '../token-watch.ts';
import { AnswerLost } from './gated.ts';
import { Process } from './installation.ts';
import { isKeyLost } from './log.ts';

/** Stores whose verbs seal and open. */
const SEALING = /^(grants|connections)\./;

/** A call of grants or connections that took effect, whether its process learned of it or not; null for any other. */
export function tokenCallOf({ life, tag, input, outcome, failed }: Done): SeenCall | null {
  if (!(life instanceof Process) || !SEALING.test(tag)) return null;
  if (failed && !(outcome instanceof AnswerLost)) return null;
  return { process: life.id, input, outcome: outcome instanceof AnswerLost ? outcome.result : outcome };
}

/** Whether a call failed because the key of what it opens is gone, or is not at hand. */
export function isFailedForKeys({ tag, outcome, failed }: Done): boolean {
  return failed && SEALING.test(tag) && isKeyLost(outcome);
}
