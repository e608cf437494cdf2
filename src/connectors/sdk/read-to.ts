/**
 * How wrong the clock of one of our machines may be, in seconds, without anything at a source being passed over. Clocks
 * of machines without time service drift by minutes, and are set wrong by hours.
 */
const CLOCK_ERROR_S = 86_400;

/**
 * Up to where a pass has read, in unix seconds of the source: the newest object that it saw. Our own clock is believed
 * only where a day lies between, so that a machine whose clock is ahead does not skip what happens until then.
 */
export function readTo(newestSeen: number, ourNow: number): number {
  return Math.max(newestSeen, ourNow - CLOCK_ERROR_S);
}
